using AgentChain.Onnx.Retrieval;
using VoiceAgent.Calls;
using VoiceAgent.Models;

namespace VoiceAgent.Knowledge;

/// <summary>What the line knows: documents to find, and the names of its customers.</summary>
/// <param name="Index">The documents, embedded.</param>
/// <param name="Names">Names that are hidden from the language model wherever they occur.</param>
sealed record Library(HybridIndex Index, IReadOnlyList<string> Names)
{
    public static async Task<Library> OpenAsync(VoiceModels models, string dataFolder, AccountBook accounts, CancellationToken cancellationToken) => new(
        await models.IndexAsync(KnowledgeBase.Load(Path.Combine(dataFolder, "knowledge.json")), cancellationToken),
        [.. accounts.Accounts.Select(a => a.Name)]);
}

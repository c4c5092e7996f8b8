using AgentChain.Blocks.Redaction;
using AgentChain.Onnx.Retrieval;
using VoiceAgent.Calls;
using VoiceAgent.Models;

namespace VoiceAgent.Knowledge;

/// <summary>What the line knows, as blocks: documents to find, and personal data to hide. Disposed with the models.</summary>
sealed class Library
{
    Library(SentenceEmbedder embedder, HybridIndex index, AccountBook accounts)
    {
        Search = new RetrievalBlock(new HybridRetriever(embedder, index));
        WordSearch = new WordSearch(index);
        Redactor = new PiiRedactor(new PiiRedactorOptions
        {
            Names = accounts.Accounts.Select(a => a.Name),
            GivenNames = accounts.Accounts.Select(a => a.Name.Split(' ')[0]),
        });
    }

    /// <summary>Finds documents by meaning and by words.</summary>
    public RetrievalBlock Search { get; }

    /// <summary>Finds documents by words alone.</summary>
    public WordSearch WordSearch { get; }

    /// <summary>Hides the customers' names, and whatever else is personal.</summary>
    public PiiRedactor Redactor { get; }

    /// <summary>Reads the knowledge base and makes an index of it.</summary>
    public static async Task<Library> OpenAsync(VoiceModels models, string dataFolder, AccountBook accounts, CancellationToken cancellationToken)
    {
        IReadOnlyList<RetrievalDocument> documents = KnowledgeBase.Load(Path.Combine(dataFolder, "knowledge.json"));
        return new Library(models.Embedder, await models.IndexAsync(documents, cancellationToken), accounts);
    }
}

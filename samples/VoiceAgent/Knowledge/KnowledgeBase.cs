using System.Collections.Immutable;
using System.Text.Json;
using AgentChain.Onnx.Retrieval;

namespace VoiceAgent.Knowledge;

/// <summary>The subjects that the line knows: facts of an account, help articles, small talk.</summary>
static class KnowledgeBase
{
    /// <summary>The tag with the agent that answers a document's questions: <c>billing</c>, <c>support</c> or <c>smalltalk</c>.</summary>
    public const string Agent = "agent";

    /// <summary>The tag with a document's kind: <c>fact</c>, <c>article</c> or <c>smalltalk</c>.</summary>
    public const string Kind = "kind";

    /// <summary>The tag with a fact's label in an account.</summary>
    public const string Label = "label";

    /// <summary>Reads <c>knowledge.json</c>.</summary>
    public static IReadOnlyList<RetrievalDocument> Load(string path)
    {
        using JsonDocument file = JsonFile.Read(path);
        return [.. file.RootElement.EnumerateArray().Select(entry => new RetrievalDocument(Text(entry, "id"), Text(entry, "text"))
        {
            Questions = [.. entry.GetProperty("questions").EnumerateArray().Select(q => q.GetString()!)],
            Tags = new[] { Agent, Kind, Label }
                .Where(tag => entry.TryGetProperty(tag, out _))
                .ToImmutableDictionary(tag => tag, tag => Text(entry, tag)),
        })];
    }

    static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;
}

using System.Collections.Immutable;

namespace AgentChain.Onnx.Retrieval;

/// <summary>Something that can be found: a fact, an article, a canned answer. Immutable.</summary>
/// <param name="Id">Its id, unique within an index.</param>
/// <param name="Text">What it says.</param>
public sealed record RetrievalDocument(string Id, string Text)
{
    /// <summary>Questions it answers. Each is matched like the text itself, and the best match of a document counts.</summary>
    public ImmutableArray<string> Questions { get; init; } = [];

    /// <summary>Whatever the host wants to find again with it, such as the agent that answers. Not searched.</summary>
    public ImmutableDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The id; never the text.</summary>
    public override string ToString() => Id;
}

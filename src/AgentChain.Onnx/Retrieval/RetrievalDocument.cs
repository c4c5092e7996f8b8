using System.Collections.Immutable;

namespace AgentChain.Onnx.Retrieval;

/// <summary>Represents a retrievable document: a fact, an article or a canned answer. Immutable.</summary>
/// <param name="Id">The ID, unique within an index.</param>
/// <param name="Text">The text of the document.</param>
public sealed record RetrievalDocument(string Id, string Text)
{
    /// <summary>Gets the questions that the document answers. Each is matched like the text; the document's best match counts.</summary>
    public ImmutableArray<string> Questions { get; init; } = [];

    /// <summary>Gets data that the host attaches to the document, such as the agent that answers. Not searched.</summary>
    public ImmutableDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Returns the ID, never the text.</summary>
    public override string ToString() => Id;
}

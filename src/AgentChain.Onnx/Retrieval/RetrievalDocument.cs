using System.Collections.Immutable;

namespace AgentChain.Onnx.Retrieval;

/// <summary>Represents a retrievable document: a fact, an article or a canned answer. Immutable.</summary>
public sealed record RetrievalDocument
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="id">The ID, unique within an index.</param>
    /// <param name="text">The text of the document.</param>
    public RetrievalDocument(string id, string text) =>
        (Id, Text) = (id, text);

    /// <summary>Gets the ID, unique within an index.</summary>
    public string Id { get; init; }

    /// <summary>Gets the text of the document.</summary>
    public string Text { get; init; }

    /// <summary>Gets the questions that the document answers. Each is matched like the text; the document's best match counts.</summary>
    public ImmutableArray<string> Questions { get; init; } = [];

    /// <summary>Gets data that the host attaches to the document, such as the agent that answers. Not searched.</summary>
    public ImmutableDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Returns the ID, never the text.</summary>
    public override string ToString() => Id;
}

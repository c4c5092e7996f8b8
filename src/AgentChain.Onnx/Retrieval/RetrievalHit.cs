using System.Collections.Immutable;

namespace AgentChain.Onnx.Retrieval;

/// <summary>Represents a document that was found.</summary>
public readonly record struct RetrievalHit
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="document">The document.</param>
    /// <param name="score">
    /// The score: <paramref name="cosine"/> plus the index's weight times <paramref name="words"/>. Higher is better.
    /// </param>
    /// <param name="cosine">The cosine of the embeddings of the query and the document's best row, -1 to 1.</param>
    /// <param name="words">The cosine of the words of the query and that row, each counted once and weighted by its rarity, 0 to 1.</param>
    public RetrievalHit(RetrievalDocument document, float score, float cosine, float words) =>
        (Document, Score, Cosine, Words) = (document, score, cosine, words);

    /// <summary>Gets the document.</summary>
    public RetrievalDocument Document { get; init; }

    /// <summary>Gets the score: <see cref="Cosine"/> plus the index's weight times <see cref="Words"/>. Higher is better.</summary>
    public float Score { get; init; }

    /// <summary>Gets the cosine of the embeddings of the query and the document's best row, -1 to 1.</summary>
    public float Cosine { get; init; }

    /// <summary>Gets the cosine of the words of the query and that row, each counted once and weighted by its rarity, 0 to 1.</summary>
    public float Words { get; init; }
}

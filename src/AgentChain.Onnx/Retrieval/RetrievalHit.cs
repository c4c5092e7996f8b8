using System.Collections.Immutable;

namespace AgentChain.Onnx.Retrieval;

/// <summary>Represents a document that was found.</summary>
/// <param name="Document">The document.</param>
/// <param name="Score">
/// The score: <paramref name="Cosine"/> plus the index's weight times <paramref name="Words"/>. Higher is better.
/// </param>
/// <param name="Cosine">The cosine of the embeddings of the query and the document's best row, -1 to 1.</param>
/// <param name="Words">The cosine of the words of the query and that row, each counted once and weighted by its rarity, 0 to 1.</param>
public readonly record struct RetrievalHit(RetrievalDocument Document, float Score, float Cosine, float Words);

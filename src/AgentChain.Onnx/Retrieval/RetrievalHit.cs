using System.Collections.Immutable;

namespace AgentChain.Onnx.Retrieval;

/// <summary>A document that was found.</summary>
/// <param name="Document">The document.</param>
/// <param name="Score">How well it fits: <paramref name="Cosine"/> plus the index's weight times <paramref name="Words"/>. Higher is better.</param>
/// <param name="Cosine">Cosine of the embeddings of the query and the document's best row, -1 to 1.</param>
/// <param name="Words">Cosine of the query's and that row's words, each counted once by its rarity, 0 to 1.</param>
public readonly record struct RetrievalHit(RetrievalDocument Document, float Score, float Cosine, float Words);

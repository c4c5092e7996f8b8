using AgentChain.Devices;

namespace AgentChain.Onnx.Retrieval;

/// <summary>Retrieves documents with an encoder and an index of documents embedded with it. Thread-safe.</summary>
/// <param name="embedder">The encoder; the caller disposes it.</param>
/// <param name="index">The index of the documents.</param>
public sealed class HybridRetriever(SentenceEmbedder embedder, HybridIndex index)
{
    /// <summary>Gets the encoder.</summary>
    public SentenceEmbedder Embedder { get; } = embedder;

    /// <summary>Gets the index of the documents.</summary>
    public HybridIndex Index { get; } = index;

    /// <summary>Finds the documents that best match a query.</summary>
    /// <param name="lane">A lane of the encoder's device; the search runs there too.</param>
    /// <param name="query">The query; the encoder's <see cref="SentenceEmbedder.QueryPrefix"/> is put before it to embed it.</param>
    /// <param name="cancellationToken">The token that terminates the work.</param>
    public ValueTask<RetrievalResult> RetrieveAsync(DeviceLane lane, string query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lane);
        ArgumentNullException.ThrowIfNull(query);
        return lane.RunAsync(
            (Embedder, Index, query),
            static (job, token) => job.Index.Search(job.query, job.Embedder.EmbedQuery(job.query, token)),
            cancellationToken);
    }
}

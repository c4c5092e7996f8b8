using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace AgentChain.Extensions.AI;

/// <summary>Specifies how a <see cref="VectorSearchBlock{TKey,TRecord}"/> searches.</summary>
/// <typeparam name="TRecord">The type of the records.</typeparam>
public sealed record VectorSearchBlockOptions<TRecord>
{
    /// <summary>Gets the maximum number of records, 1 or more. The default is 3.</summary>
    public int Top { get; init; } = 3;

    /// <summary>
    /// Gets the options of the search, such as a filter or a least score; <see langword="null"/> (the default) for those of the
    /// collection. They are copied when the block is created and again for each search.
    /// </summary>
    public VectorSearchOptions<TRecord>? Search { get; init; }

    /// <summary>
    /// Gets the options of the embedding; <see langword="null"/> (the default) for those of the generator. They are copied in the same way.
    /// </summary>
    public EmbeddingGenerationOptions? Embedding { get; init; }
}

using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace AgentChain.Extensions.AI;

/// <summary>Vector collections as blocks.</summary>
public static class VectorSearchExtensions
{
    /// <summary>
    /// Makes a block that embeds a question and finds the nearest records:
    /// <c>.Then("search", articles.AsBlock(embedder, article =&gt; article.Id), o =&gt; o.Speculate())</c>.
    /// </summary>
    /// <typeparam name="TKey">The type of the records' ids.</typeparam>
    /// <typeparam name="TRecord">The type of the records.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <param name="embedder">The generator, which must be the one whose embeddings the collection holds.</param>
    /// <param name="id">A pure, cheap function that returns the id of a record.</param>
    /// <param name="options">The number of records and further options, or <see langword="null"/> for the defaults.</param>
    /// <returns>The block.</returns>
    /// <inheritdoc cref="VectorSearchBlock{TKey,TRecord}(IVectorSearchable{TRecord},IEmbeddingGenerator{string,Embedding{float}},Func{TRecord,TKey},VectorSearchBlockOptions{TRecord})" path="/exception"/>
    public static VectorSearchBlock<TKey, TRecord> AsBlock<TKey, TRecord>(
        this IVectorSearchable<TRecord> collection,
        IEmbeddingGenerator<string, Embedding<float>> embedder,
        Func<TRecord, TKey> id,
        VectorSearchBlockOptions<TRecord>? options = null)
        where TKey : notnull
        where TRecord : class => new(collection, embedder, id, options);
}

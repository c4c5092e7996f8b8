using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>A vector collection in memory, searched by the cosine of the angle.</summary>
sealed class MemoryCollection(params Article[] articles) : IVectorSearchable<Article>
{
    /// <summary>Gets or sets what takes the place of the results.</summary>
    public Func<CancellationToken, IAsyncEnumerable<VectorSearchResult<Article>>>? Instead { get; set; }

    public VectorSearchOptions<Article>? Options { get; private set; }

    public int Searches { get; private set; }

    public IAsyncEnumerable<VectorSearchResult<Article>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<Article>? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        Searches++;
        Options = options;
        return Instead is { } instead ? instead(cancellationToken) : FindAsync((ReadOnlyMemory<float>)(object)searchValue, top, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(VectorStoreCollectionMetadata) ? new VectorStoreCollectionMetadata { CollectionName = "articles" } : null;

    async IAsyncEnumerable<VectorSearchResult<Article>> FindAsync(
        ReadOnlyMemory<float> vector, int top, [EnumeratorCancellation] CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        foreach (VectorSearchResult<Article> result in articles
            .Select(article => new VectorSearchResult<Article>(article, TensorPrimitives.CosineSimilarity(vector.Span, LetterEmbedder.Embed(article.Text))))
            .OrderByDescending(result => result.Score).Take(top))
        {
            yield return result;
        }
    }
}

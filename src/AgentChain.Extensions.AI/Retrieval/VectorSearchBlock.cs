using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Embeds a question and finds the nearest records of a vector collection. Stateless; as thread-safe as the generator and the collection.
/// </summary>
/// <typeparam name="TKey">The type of the records' ids.</typeparam>
/// <typeparam name="TRecord">The type of the records.</typeparam>
/// <remarks>
/// <para>
/// The result is compared by the ids found (<see cref="FoundRecords{TKey,TRecord}"/>): a block downstream that speculates on it keeps its
/// early work if the final question finds the same records, although the words of the question have changed. It needs no commit key.
/// </para>
/// <para>
/// The block's token reaches both calls. Whatever the generator or the collection throws is the inner exception of a
/// <see cref="RetrievalException"/> that names it; so is a missing or meaningless result: <see langword="null"/>, an embedding that is
/// empty or not finite, a score that is not a number. Results beyond the number asked for are not read.
/// </para>
/// <para>
/// Add a generator or a collection that sends the question out of the process with the option <c>SendsOut()</c>, so that a chain that
/// redacts does so upstream of it.
/// </para>
/// </remarks>
public sealed class VectorSearchBlock<TKey, TRecord> : IBlock<string, FoundRecords<TKey, TRecord>>
    where TKey : notnull
    where TRecord : class
{
    readonly IVectorSearchable<TRecord> _collection;
    readonly IEmbeddingGenerator<string, Embedding<float>> _embedder;
    readonly Func<TRecord, TKey> _id;
    readonly int _top;
    readonly VectorSearchOptions<TRecord>? _search;
    readonly EmbeddingGenerationOptions? _embedding;
    readonly string _collectionName;
    readonly string _embedderName;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="embedder">The generator, which must be the one whose embeddings the collection holds.</param>
    /// <param name="id">A pure, cheap function that returns the id of a record.</param>
    /// <param name="options">The number of records and further options, or <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentNullException">An argument other than <paramref name="options"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of records is less than 1.</exception>
    public VectorSearchBlock(
        IVectorSearchable<TRecord> collection,
        IEmbeddingGenerator<string, Embedding<float>> embedder,
        Func<TRecord, TKey> id,
        VectorSearchBlockOptions<TRecord>? options = null)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(id);
        options ??= new VectorSearchBlockOptions<TRecord>();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Top, 1, $"{nameof(options)}.{nameof(options.Top)}");
        (_collection, _embedder, _id, _top) = (collection, embedder, id, options.Top);
        (_search, _embedding) = (Copy(options.Search), options.Embedding?.Clone());
        _collectionName = (collection.GetService(typeof(VectorStoreCollectionMetadata)) as VectorStoreCollectionMetadata)?.CollectionName
            ?? collection.GetType().Name;
        _embedderName = (embedder.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata)?.DefaultModelId
            ?? embedder.GetType().Name;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="input"/> is <see langword="null"/>.</exception>
    /// <exception cref="RetrievalException">The generator or the collection failed, or broke its contract.</exception>
    public async ValueTask<FoundRecords<TKey, TRecord>> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);

        // No ConfigureAwait: the turn must resume on its chain's scheduler.
        return await SearchAsync(await EmbedAsync(input, cancellationToken), cancellationToken);
    }

    /// <summary>Returns the name of the collection.</summary>
    /// <returns>The name that it states, or its type.</returns>
    public override string ToString() => _collectionName;

    static VectorSearchOptions<TRecord>? Copy(VectorSearchOptions<TRecord>? options) => options is null ? null : new()
    {
        Filter = options.Filter,
        VectorProperty = options.VectorProperty,
        Skip = options.Skip,
        IncludeVectors = options.IncludeVectors,
        ScoreThreshold = options.ScoreThreshold,
    };

    async ValueTask<ReadOnlyMemory<float>> EmbedAsync(string text, CancellationToken cancellationToken)
    {
        GeneratedEmbeddings<Embedding<float>>? embeddings;
        try
        {
            embeddings = await _embedder.GenerateAsync([text], _embedding?.Clone(), cancellationToken);
        }
        catch (Exception error) when (!IsOurs(error, cancellationToken))
        {
            throw new RetrievalException(_embedderName, $"The embedding generator '{_embedderName}' failed; the inner exception says why.", error);
        }

        if (embeddings is not { Count: 1 } || embeddings[0] is not { Vector: { IsEmpty: false } vector })
        {
            throw Broke(_embedderName, "embedding generator", $"returned {embeddings?.Count.ToString(null as IFormatProvider) ?? "null"} embeddings, or an empty one, for one text");
        }

        foreach (float value in vector.Span)
        {
            if (!float.IsFinite(value))
            {
                throw Broke(_embedderName, "embedding generator", "returned an embedding that contains NaN or infinity");
            }
        }

        return vector;
    }

    async ValueTask<FoundRecords<TKey, TRecord>> SearchAsync(ReadOnlyMemory<float> vector, CancellationToken cancellationToken)
    {
        List<FoundRecord<TKey, TRecord>> found = [];
        try
        {
            IAsyncEnumerable<VectorSearchResult<TRecord>>? results =
                _collection.SearchAsync(vector, _top, Copy(_search), cancellationToken);
            await foreach (VectorSearchResult<TRecord>? result in (results ?? throw Broke("returned null from SearchAsync"))
                .WithCancellation(cancellationToken))
            {
                found.Add(Check(result));
                if (found.Count == _top)
                {
                    // A collection that returns more than it was asked for may never end.
                    break;
                }
            }
        }
        catch (Exception error) when (error is not RetrievalException && !IsOurs(error, cancellationToken))
        {
            throw new RetrievalException(_collectionName, $"The search in the vector collection '{_collectionName}' failed; the inner exception says why.", error);
        }

        return new(found);
    }

    FoundRecord<TKey, TRecord> Check(VectorSearchResult<TRecord>? result)
    {
        if (result?.Record is not { } record)
        {
            throw Broke("returned null as a result or a record");
        }

        if (result.Score is { } score && double.IsNaN(score))
        {
            throw Broke("returned a score that is not a number");
        }

        TKey? id;
        try
        {
            id = _id(record);
        }
        catch (Exception error)
        {
            throw new RetrievalException(
                _collectionName, $"The function that returns the id of a record of '{_collectionName}' threw; return an id for every record.", error);
        }

        return id is not null ? new(id, record, result.Score) : throw new RetrievalException(
            _collectionName, $"The function that returns the id of a record of '{_collectionName}' returned null; return an id for every record.");
    }

    RetrievalException Broke(string did) => Broke(_collectionName, "vector collection", did);

    static RetrievalException Broke(string name, string kind, string did) =>
        new(name, $"The {kind} '{name}' {did}, which none may do. Report it to its authors, or use another one.");

    static bool IsOurs(Exception error, CancellationToken cancellationToken) =>
        error is OperationCanceledException && cancellationToken.IsCancellationRequested;
}

using System.Collections.Immutable;
using System.Numerics.Tensors;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Retrieval;

/// <summary>
/// Provides exact search of documents by meaning and by words, for up to a few hundred thousand rows. A row's score is the cosine of its
/// embedding and the query's, plus a weight times the rarity-weighted cosine of their words; a document's score is that of its best row.
/// Immutable and thread-safe.
/// </summary>
public sealed class HybridIndex
{
    readonly (int Document, string Text)[] _rows;
    readonly float[] _vectors;
    readonly float[] _lengths;
    readonly int _width;
    readonly WordIndex _words;

    HybridIndex(
        ImmutableArray<RetrievalDocument> documents, (int Document, string Text)[] rows, float[] vectors, HybridIndexOptions options)
    {
        (Documents, _rows, _vectors, Options) = (documents, rows, vectors, options);
        _width = rows.Length == 0 ? 0 : vectors.Length / rows.Length;
        _lengths = [.. Enumerable.Range(0, rows.Length).Select(i => TensorPrimitives.Norm<float>(vectors.AsSpan(i * _width, _width)))];
        _words = new WordIndex(rows, documents.Length);
    }

    /// <summary>Gets the documents, in the order they were given.</summary>
    public ImmutableArray<RetrievalDocument> Documents { get; }

    /// <summary>Gets the options for combining scores and for the number of results.</summary>
    public HybridIndexOptions Options { get; }

    /// <summary>Embeds documents and creates an index of them.</summary>
    /// <param name="embedder">The encoder, which must also embed the queries.</param>
    /// <param name="lane">A lane of the encoder's device.</param>
    /// <param name="documents">The documents, with unique IDs.</param>
    /// <param name="options">The options for combining scores; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">The token that terminates the work.</param>
    /// <exception cref="ArgumentException">Two documents have the same ID.</exception>
    public static async ValueTask<HybridIndex> BuildAsync(
        SentenceEmbedder embedder, DeviceLane lane, IEnumerable<RetrievalDocument> documents, HybridIndexOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        (ImmutableArray<RetrievalDocument> all, (int Document, string Text)[] rows) = Rows(documents);
        float[][] vectors = await embedder.EmbedAsync(lane, [.. rows.Select(r => r.Text)], cancellationToken).ConfigureAwait(false);
        return Create(all, rows, vectors, options);
    }

    /// <summary>Creates an index of documents whose embeddings are known.</summary>
    /// <param name="documents">The documents, with unique IDs.</param>
    /// <param name="vectors">
    /// The vectors, of any length: for each document, one for its text and then one for each of its questions.
    /// </param>
    /// <param name="options">The options for combining scores; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// Two documents have the same ID, the vectors do not match the documents, or a vector contains NaN or infinity.
    /// </exception>
    public static HybridIndex Create(
        IEnumerable<RetrievalDocument> documents, IReadOnlyList<float[]> vectors, HybridIndexOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        (ImmutableArray<RetrievalDocument> all, (int Document, string Text)[] rows) = Rows(documents);
        if (vectors.Count != rows.Length || vectors.Any(v => v.Length != vectors[0].Length))
        {
            throw new ArgumentException($"The documents have {rows.Length} texts and questions, which need as many vectors of equal length, not {vectors.Count}.", nameof(vectors));
        }

        int broken = Enumerable.Range(0, vectors.Count).FirstOrDefault(i => !FiniteValues.AreAll(vectors[i]), -1);
        return broken < 0
            ? Create(all, rows, vectors, options)
            : throw new ArgumentException($"Vector {broken}, of the document '{all[rows[broken].Document].Id}', contains NaN or infinity. Check the encoder that produced it.", nameof(vectors));
    }

    /// <summary>Finds the documents that best match a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="vector">The query's embedding from the encoder that embedded the documents; empty to search by words only.</param>
    /// <returns>
    /// At most <see cref="HybridIndexOptions.Top"/> documents, the best first; documents with equal scores keep the order of
    /// <see cref="Documents"/>.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The vector has another length than those of the documents, or contains NaN or infinity.
    /// </exception>
    public RetrievalResult Search(string query, ReadOnlySpan<float> vector)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!vector.IsEmpty && vector.Length != _width)
        {
            throw new ArgumentException($"The vector has {vector.Length} dimensions, but the index has {_width}.", nameof(vector));
        }

        if (!FiniteValues.AreAll(vector))
        {
            throw new ArgumentException("The vector contains NaN or infinity. Check the encoder that produced it.", nameof(vector));
        }

        float[] words = new float[_rows.Length];
        _words.Score(query, words);
        var best = new RetrievalHit[Documents.Length];
        float length = vector.IsEmpty ? 0 : TensorPrimitives.Norm(vector);
        for (int row = 0; row < _rows.Length; row++)
        {
            // A vector of zeros resembles none.
            float lengths = length * _lengths[row];
            float cosine = lengths > 0 ? TensorPrimitives.Dot(vector, _vectors.AsSpan(row * _width, _width)) / lengths : 0;
            float score = cosine + (Options.WordWeight * words[row]);
            int document = _rows[row].Document;
            if (best[document].Document is null || score > best[document].Score)
            {
                best[document] = new RetrievalHit(Documents[document], score, cosine, words[row]);
            }
        }

        // The sort is stable, so equal scores keep the order of the documents.
        return new RetrievalResult([.. best.Where(h => h.Score >= Options.LeastScore).OrderByDescending(h => h.Score).Take(Options.Top)]);
    }

    static HybridIndex Create(
        ImmutableArray<RetrievalDocument> documents, (int, string)[] rows, IReadOnlyList<float[]> vectors, HybridIndexOptions? options)
    {
        options ??= new HybridIndexOptions();
        options.Validate();
        return new HybridIndex(documents, rows, [.. vectors.SelectMany(v => v)], options);
    }

    static (ImmutableArray<RetrievalDocument> Documents, (int Document, string Text)[] Rows) Rows(IEnumerable<RetrievalDocument> documents)
    {
        ImmutableArray<RetrievalDocument> all = [.. documents];
        string? twice = all.GroupBy(d => d.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key;
        return twice is null
            ? (all, [.. all.SelectMany((d, i) => d.Questions.Prepend(d.Text).Select(t => (i, t)))])
            : throw new ArgumentException($"Two documents have the ID '{twice}'.", nameof(documents));
    }
}

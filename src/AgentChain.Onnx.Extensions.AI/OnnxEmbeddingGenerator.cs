using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;
using Microsoft.Extensions.AI;

namespace AgentChain.Onnx.Extensions.AI;

/// <summary>
/// Serves a local sentence encoder as an embedding generator. Texts are embedded in batches; other jobs can use the lane between batches.
/// Thread-safe.
/// </summary>
/// <remarks>
/// The usage counts the tokens that the encoder read: of a longer text, its first <see cref="SentenceEmbedder.MaxTokens"/>. Of
/// <see cref="EmbeddingGenerationOptions"/>, <c>Dimensions</c> and <c>ModelId</c> are refused with a <see cref="NotSupportedException"/> if
/// they differ from the encoder's. The metadata does not state the dimensions: no file does.
/// </remarks>
public sealed class OnnxEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    readonly SentenceEmbedder _embedder;
    readonly DeviceLane _lane;
    readonly DeviceLane? _ownLane;
    readonly EmbeddingGeneratorMetadata _metadata;
    readonly string _prefix;
    readonly TimeProvider _time;
    volatile bool _disposed;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="embedder">The encoder. The caller disposes it after the generator.</param>
    /// <param name="options">The name, the lane and the kind of texts, or <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="embedder"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The model id is empty.</exception>
    public OnnxEmbeddingGenerator(SentenceEmbedder embedder, OnnxEmbeddingGeneratorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        options ??= new OnnxEmbeddingGeneratorOptions();
        ArgumentException.ThrowIfNullOrWhiteSpace(options.ModelId, "options.ModelId");
        (_embedder, _time) = (embedder, options.Time ?? TimeProvider.System);
        _prefix = options.Queries ? embedder.QueryPrefix : "";
        _metadata = new EmbeddingGeneratorMetadata("onnx", defaultModelId: options.ModelId);
        _ownLane = options.Lane is null ? new DeviceLane($"{options.ModelId} on {embedder.Device.Name}") : null;
        _lane = options.Lane ?? _ownLane!;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A text is <see langword="null"/>.</exception>
    /// <exception cref="NotSupportedException">The options ask for other dimensions or for another model.</exception>
    /// <exception cref="ObjectDisposedException">The generator was disposed.</exception>
    /// <exception cref="AgentChain.Onnx.Runtime.OnnxOutputException">The encoder returned NaN or infinity.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        ObjectDisposedException.ThrowIf(_disposed, this);
        string modelId = _metadata.DefaultModelId!;
        if (options?.ModelId is { } asked && asked != modelId)
        {
            throw new NotSupportedException($"EmbeddingGenerationOptions.ModelId is '{asked}', but the generator has the model '{modelId}' only.");
        }

        string[] texts = [.. values.Select(text => _prefix + (text ?? throw new ArgumentException("A text is null.", nameof(values))))];
        float[][] vectors = texts.Length == 0 ? [] : await EmbedAsync(texts, cancellationToken).ConfigureAwait(false);
        if (options?.Dimensions is { } dimensions && vectors.Length > 0 && vectors[0].Length != dimensions)
        {
            throw new NotSupportedException(
                $"EmbeddingGenerationOptions.Dimensions is {dimensions}, but the encoder's vectors have {vectors[0].Length} dimensions and cannot be shortened.");
        }

        DateTimeOffset now = _time.GetUtcNow();
        long tokens = texts.Sum(text => (long)_embedder.Tokenizer.EncodeWithin(text, _embedder.MaxTokens).Count);
        return new(vectors.Select(vector => new Embedding<float>(vector) { CreatedAt = now, ModelId = modelId }))
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    /// <summary>Returns the metadata, the <see cref="SentenceEmbedder"/>, or this generator.</summary>
    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_embedder) ? _embedder
            : null;
    }

    /// <summary>Cancels the requests that wait, and ends the generator's own lane. The encoder belongs to the caller.</summary>
    public void Dispose()
    {
        _disposed = true;
        _ownLane?.Dispose();
    }

    async ValueTask<float[][]> EmbedAsync(string[] texts, CancellationToken cancellationToken)
    {
        try
        {
            return await _embedder.EmbedAsync(_lane, texts, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_disposed && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(GetType().FullName);
        }
    }
}

using System.Diagnostics.Metrics;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>Specifies how a <see cref="LanguageModel"/> uses memory and lanes. Immutable.</summary>
public sealed record LanguageModelOptions
{
    /// <summary>
    /// Gets the maximum length of a sequence, prompt and answer together, in tokens; 2 or more. The default is 4096. The model's own
    /// context length also limits it; a Phi model with long positions stays within its short ones, 4096 or 8192. A cache's memory grows
    /// with it.
    /// </summary>
    public int MaxLength { get; init; } = 4096;

    /// <summary>
    /// Gets the maximum number of concurrent generations, each with its own cache; further ones wait. 1 or more; the default is 4. Idle
    /// caches are kept for the next prompt with the same beginning.
    /// </summary>
    public int MaxConcurrency { get; init; } = 4;

    /// <summary>
    /// Gets the maximum number of prompt tokens that one run reads, 1 or more. The default is 512. A longer prompt takes several runs,
    /// which bounds the memory of a run and, on devices with long kernels, the time until a cancellation is observed.
    /// </summary>
    public int PrefillChunk { get; init; } = 512;

    /// <summary>
    /// Gets the number of tokens after which a generation leaves its lane if other jobs wait for it, 1 or more. The default is 16: for a
    /// model with under a millisecond per token, one hop per 16 tokens has no measurable cost, and one per token costs about 7 %. Another
    /// job waits for at most 16 tokens. While nothing else waits, the generation keeps the lane.
    /// </summary>
    public int TokensPerTurnOnLane { get; init; } = 16;

    /// <summary>
    /// Gets the maximum number of generations on the same lane that choose their next tokens in one run of the model, 1 or more. The
    /// default is 8, and more than 256 count as 256. With 1, every generation runs alone. See <see cref="Generation"/> for what is run
    /// together.
    /// </summary>
    public int MaxBatch { get; init; } = 8;

    /// <summary>
    /// Gets the most bytes of host memory in which the model keeps keys and values for all its conversations: at least one page
    /// (<see cref="PrefixCache.PageBytes"/>), or 0. The default is 64 MiB, which is taken as it is needed. With 0, only the caches of
    /// <see cref="MaxConcurrency"/> generations remember anything.
    /// </summary>
    public long PrefixCacheBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Gets the prefix cache of the same model on another device, <see cref="LanguageModel.PrefixCache"/>, to share it: what one reads, the
    /// other continues. With <see langword="null"/>, the default, the model creates its own from <see cref="PrefixCacheBytes"/>, which is
    /// not used otherwise.
    /// </summary>
    public PrefixCache? PrefixCache { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the model is changed as it is loaded, so that it computes the logits of the last token of a
    /// prompt only, and what leads to them behind the last attention. The default is <see langword="true"/>: the first token comes sooner,
    /// by 5 to 23 % in docs/decisions/0029, and a long prompt needs no memory for logits that nothing reads. The file is
    /// not touched. A model whose graph cannot be changed in this way, or whose file has more than 1 GiB without its external data, is
    /// loaded as it is.
    /// </summary>
    public bool LastLogitsOnly { get; init; } = true;

    /// <summary>Gets the threading and configuration options of the session.</summary>
    public OnnxSessionOptions Session { get; init; } = OnnxSessionOptions.Default;

    /// <summary>
    /// Gets the factory for the model's meter, which records the time to first token, the time per token and token counts. By default, the
    /// model creates its own meter.
    /// </summary>
    public IMeterFactory? MeterFactory { get; init; }

    /// <summary>The number of tokens of a page; see docs/decisions/0023.</summary>
    internal int PageTokens { get; init; } = 32;

    /// <summary>Creates the model's own prefix cache; null if it is to have none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is less than a page, so nothing would be kept.</exception>
    internal PrefixCache? CreatePages(DecoderGraph graph)
    {
        long page = KeyValueShape.Of(graph).TokenBytes * PageTokens;
        return PrefixCacheBytes == 0 ? null
            : PrefixCacheBytes >= page ? new PrefixCache(graph, PageTokens, PrefixCacheBytes)
            : throw Wrong(
                nameof(PrefixCacheBytes),
                PrefixCacheBytes,
                FormattableString.Invariant($"a page of '{graph.Layout.ModelPath}' has {page} bytes ({PageTokens} tokens); give at least that, or 0 to keep nothing."));
    }

    static ArgumentOutOfRangeException Wrong(string option, long value, string message) =>
        new(option, value, FormattableString.Invariant($"LanguageModelOptions.{option} is {value}: {message}"));

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLength, 2, nameof(MaxLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConcurrency, 1, nameof(MaxConcurrency));
        ArgumentOutOfRangeException.ThrowIfLessThan(PrefillChunk, 1, nameof(PrefillChunk));
        ArgumentOutOfRangeException.ThrowIfLessThan(TokensPerTurnOnLane, 1, nameof(TokensPerTurnOnLane));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBatch, 1, nameof(MaxBatch));
        if (PrefixCacheBytes < 0)
        {
            throw Wrong(nameof(PrefixCacheBytes), PrefixCacheBytes, "it must be at least a page of the model, or 0 to keep nothing.");
        }
    }
}

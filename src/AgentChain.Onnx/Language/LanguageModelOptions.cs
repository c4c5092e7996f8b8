using System.Diagnostics.Metrics;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>How a <see cref="LanguageModel"/> uses memory and lanes. Immutable.</summary>
public sealed record LanguageModelOptions
{
    /// <summary>
    /// The longest sequence, prompt and answer together, in tokens. A cache's memory grows with it. Default 4096; the model's own
    /// context length limits it further.
    /// </summary>
    public int MaxLength { get; init; } = 4096;

    /// <summary>How many generations run at once, each with a cache of its own; further ones wait. 1 or more, default 4. Idle caches are kept for the next prompt that begins alike.</summary>
    public int MaxConcurrency { get; init; } = 4;

    /// <summary>
    /// The most tokens of a prompt that one run takes in, 1 or more. Default 512: shorter prompts take one run, longer ones several,
    /// which bounds the memory of a run and the time until a lane hears of a cancellation on a device whose kernels are long.
    /// </summary>
    public int PrefillChunk { get; init; } = 512;

    /// <summary>
    /// How many tokens a generation makes before it lets others onto its lane, 1 or more. Default 16: on a model of under a
    /// millisecond per token one hop for 16 is not to be measured, one for each costs about 7 %; a neighbour waits for 16 at most.
    /// </summary>
    public int TokensPerTurnOnLane { get; init; } = 16;

    /// <summary>Threads and configuration of the session.</summary>
    public OnnxSessionOptions Session { get; init; } = OnnxSessionOptions.Default;

    /// <summary>What makes the model's meter, which records the time to the first token, the time per token and token counts. Default: a meter of the model's own.</summary>
    public IMeterFactory? MeterFactory { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLength, 2, nameof(MaxLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConcurrency, 1, nameof(MaxConcurrency));
        ArgumentOutOfRangeException.ThrowIfLessThan(PrefillChunk, 1, nameof(PrefillChunk));
        ArgumentOutOfRangeException.ThrowIfLessThan(TokensPerTurnOnLane, 1, nameof(TokensPerTurnOnLane));
    }
}

namespace AgentChain.Simulation;

/// <summary>Provides the options of a batching device: how long a step takes, and what fits into one.</summary>
/// <example>
/// <code>
/// var batching = new SimulatedBatchOptions(step => TimeSpan.FromMilliseconds(step.Prompts > 0
///     ? 18 + (0.1 * step.PromptTokens)
///     : 20 + (0.04 * step.Sequences) + (0.0006 * step.ContextTokens)));
/// </code>
/// </example>
public sealed class SimulatedBatchOptions
{
    /// <summary>The longest step, so that the virtual clock does not overflow.</summary>
    internal static readonly TimeSpan LongestStep = TimeSpan.FromDays(1);

    /// <summary>Initializes a new instance.</summary>
    /// <param name="time">
    /// A function that returns the time of a step; not negative, and at most a day. It must depend on nothing but the step. If it throws, all
    /// of the step's work fails with its exception.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="time"/> is <see langword="null"/>.</exception>
    public SimulatedBatchOptions(Func<BatchStep, TimeSpan> time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Time = time;
    }

    /// <summary>Gets the function that returns the time of a step.</summary>
    public Func<BatchStep, TimeSpan> Time { get; }

    /// <summary>The option of the host's that <see cref="Time"/> is, as errors name it.</summary>
    internal string TimeOption { get; init; } = "SimulatedBatchOptions.Time";

    /// <summary>Gets the largest number of prompts, or of sequences, in a step of one server.</summary>
    /// <value>Not limited by default; at least 1. What does not fit waits.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int MaxBatch
    {
        get;
        init => field = OptionCheck.AtLeast(value, 1, nameof(MaxBatch));
    }
    = int.MaxValue;

    /// <summary>Gets the largest sum of the prompts' tokens in a step.</summary>
    /// <value>Not limited by default; at least 1. A prompt that is longer runs alone.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int MaxPromptTokens
    {
        get;
        init => field = OptionCheck.AtLeast(value, 1, nameof(MaxPromptTokens));
    }
    = int.MaxValue;

    /// <summary>
    /// Gets the largest number of tokens in a step in which chunks of prompts ride with the sequences: one for each sequence, the rest for the
    /// prompts. A longer prompt takes several steps. Source: chunked prefill (Agrawal and others, Sarathi, 2023).
    /// </summary>
    /// <value><see langword="null"/> by default: prompts are read in steps of their own, before the sequences. At least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int? ChunkTokens
    {
        get;
        init => field = value is { } tokens ? OptionCheck.AtLeast(tokens, 1, nameof(ChunkTokens)) : null;
    }

    /// <summary>Gets the number of tokens that the key/value cache of one server holds.</summary>
    /// <value>
    /// Not limited by default; at least 1. A sequence enters when its context and all that it will produce fit; one that is longer than the
    /// whole cache runs alone. No sequence is evicted.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int MaxCachedTokens
    {
        get;
        init => field = OptionCheck.AtLeast(value, 1, nameof(MaxCachedTokens));
    }
    = int.MaxValue;
}

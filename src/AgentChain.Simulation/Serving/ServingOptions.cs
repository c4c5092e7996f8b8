namespace AgentChain.Simulation;

/// <summary>Provides what a replay needs to know of the devices that serve a language model, and the limits of a request.</summary>
public sealed class ServingOptions
{
    static readonly ServingMode[] All = [ServingMode.Colocated, ServingMode.Chunked, ServingMode.Disaggregated];

    /// <summary>Initializes a new instance.</summary>
    /// <param name="devices">The number of equal devices; at least 1. Disaggregation needs 2.</param>
    /// <param name="step">A function that returns the time of a step of one device; see <see cref="SimulatedBatchOptions"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="step"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public ServingOptions(int devices, Func<BatchStep, TimeSpan> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        (Devices, Step) = (OptionCheck.AtLeast(devices, 1, nameof(devices)), step);
    }

    /// <summary>Gets the number of devices.</summary>
    public int Devices { get; }

    /// <summary>Gets the function that returns the time of a step.</summary>
    public Func<BatchStep, TimeSpan> Step { get; }

    /// <summary>Gets the limit of the time from the arrival of a request to its first token.</summary>
    /// <value>No limit by default; greater than zero.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is not greater than zero.</exception>
    public TimeSpan? FirstTokenLimit
    {
        get;
        init => field = OptionCheck.Positive(value, nameof(FirstTokenLimit));
    }

    /// <summary>Gets the limit of the mean time for each further token of a request.</summary>
    /// <value>No limit by default; greater than zero.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is not greater than zero.</exception>
    public TimeSpan? TokenLimit
    {
        get;
        init => field = OptionCheck.Positive(value, nameof(TokenLimit));
    }

    /// <summary>Gets the number of devices that read prompts when prefill and decode are disaggregated.</summary>
    /// <value>Half of the devices by default, rounded down; at least 1. One device is always left for the decode, even if the number is larger.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int? PrefillDevices
    {
        get;
        init => field = value is { } count ? OptionCheck.AtLeast(count, 1, nameof(PrefillDevices)) : null;
    }

    /// <summary>Gets the number of tokens in a step in the mode <see cref="ServingMode.Chunked"/>.</summary>
    /// <value>512 by default; at least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int ChunkTokens
    {
        get;
        init => field = OptionCheck.AtLeast(value, 1, nameof(ChunkTokens));
    }
    = 512;

    /// <summary>Gets the largest sum of prompts' tokens that are read in one step in the other modes.</summary>
    /// <value>8,192 by default; at least 1. A prompt that is longer is read alone.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int MaxPromptTokens
    {
        get;
        init => field = OptionCheck.AtLeast(value, 1, nameof(MaxPromptTokens));
    }
    = 8192;

    /// <summary>Gets the number of tokens that the key/value cache of one device holds.</summary>
    /// <value>Not limited by default; at least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int MaxCachedTokens
    {
        get;
        init => field = OptionCheck.AtLeast(value, 1, nameof(MaxCachedTokens));
    }
    = int.MaxValue;

    /// <summary>Gets the time that the cache of one token takes from one device to another.</summary>
    /// <value>Zero by default; not negative.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan TransferPerToken
    {
        get;
        init => field = OptionCheck.NotNegative(value, nameof(TransferPerToken));
    }

    /// <summary>Gets the modes that are possible, in the order in which they are tried.</summary>
    /// <value>All by default; with one device, all but <see cref="ServingMode.Disaggregated"/>.</value>
    /// <exception cref="ArgumentException">
    /// The value is empty, has a mode twice, or has <see cref="ServingMode.Disaggregated"/> with one device.
    /// </exception>
    public IReadOnlyList<ServingMode> Modes
    {
        get => field ?? (Devices > 1 ? All : All[..2]);
        init => field = Checked(value);
    }

    /// <summary>Returns the number of devices that read prompts when they are apart.</summary>
    internal int Readers => PrefillDevices is { } given ? Math.Min(given, Devices - 1) : Devices / 2;

    ServingMode[] Checked(IReadOnlyList<ServingMode> modes)
    {
        ArgumentNullException.ThrowIfNull(modes, nameof(Modes));
        ServingMode[] all = [.. modes];
        Array.ForEach(all, mode => OptionCheck.Defined(mode, nameof(Modes)));
        return all.Length == 0 || all.Distinct().Count() < all.Length || (Devices == 1 && all.Contains(ServingMode.Disaggregated))
            ? throw new ArgumentException(
                OptionCheck.Text($"ServingOptions.Modes is [{string.Join(", ", all)}]; give at least one mode, each once, and Disaggregated only with two devices or more."), nameof(modes))
            : all;
    }

    /// <summary>Requires a mode that is possible.</summary>
    internal ServingMode Possible(ServingMode mode) => Modes.Contains(mode) ? mode : throw new ArgumentException(
        OptionCheck.Text($"The mode {mode} is not possible with {OptionCheck.Count(Devices, "device")}; possible: {string.Join(", ", Modes)}."), nameof(mode));

    internal SimulatedBatchOptions Batching => new(Step) { TimeOption = "ServingOptions.Step", MaxPromptTokens = MaxPromptTokens, MaxCachedTokens = MaxCachedTokens };
}

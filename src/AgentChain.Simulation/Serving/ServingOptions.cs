namespace AgentChain.Simulation;

/// <summary>Provides what a replay needs to know of the devices that serve a language model, and the limits of a request.</summary>
public sealed class ServingOptions
{
    const int MostChunkSizes = 32;

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

    /// <summary>
    /// Gets the numbers of tokens in a step that the host's server can be set to in the mode <see cref="ServingMode.Chunked"/>: small ones for a
    /// tight time for each token, large ones for a tight first token.
    /// </summary>
    /// <value>
    /// 128, 256, 512, 1,024 and 2,048 by default, as in Sarathi-Serve (Agrawal and others, 2024); from 1 to 32 numbers in ascending order, each at
    /// least 1. Give one if the server's size is fixed.
    /// </value>
    /// <exception cref="ArgumentException">The value is empty, has more than 32 numbers, or is not in ascending order.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public IReadOnlyList<int> ChunkSizes
    {
        get;
        init => field = CheckedSizes(value);
    }
    = [128, 256, 512, 1024, 2048];

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

    ServingSetup First(ServingMode mode) => new(mode, mode == ServingMode.Chunked ? MiddleSize : null);

    static int[] CheckedSizes(IReadOnlyList<int> sizes)
    {
        int[] all = [.. OptionCheck.NotNull(sizes, nameof(ChunkSizes))];
        Array.ForEach(all, static size => OptionCheck.AtLeast(size, 1, nameof(ChunkSizes)));
        return all.Length is 0 or > MostChunkSizes || all.Zip(all.Skip(1)).Any(static pair => pair.First >= pair.Second)
            ? throw new ArgumentException(
                OptionCheck.Text($"ServingOptions.ChunkSizes is [{string.Join(", ", all.Take(MostChunkSizes))}]; give 1 to {MostChunkSizes} numbers, in ascending order."), nameof(sizes))
            : all;
    }

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

    /// <summary>The size of chunks where none is given: the middle one.</summary>
    internal int MiddleSize => ChunkSizes[(ChunkSizes.Count - 1) / 2];

    /// <summary>Requires a mode, and a size of chunks, that are possible.</summary>
    internal ServingSetup Possible(ServingMode mode, int? chunkTokens)
    {
        if (!Modes.Contains(mode))
        {
            throw new ArgumentException(
                OptionCheck.Text($"The mode {mode} is not possible with {OptionCheck.Count(Devices, "device")}; possible: {string.Join(", ", Modes)}."), nameof(mode));
        }

        return chunkTokens is not { } tokens ? First(mode)
            : mode != ServingMode.Chunked ? throw new ArgumentException(
                OptionCheck.Text($"chunkTokens is {tokens}, but the mode {mode} has no chunks; leave it out."), nameof(chunkTokens))
            : !ChunkSizes.Contains(tokens) ? throw new ArgumentException(
                OptionCheck.Text($"chunkTokens is {tokens}; it must be one of ServingOptions.ChunkSizes: {string.Join(", ", ChunkSizes)}."), nameof(chunkTokens))
            : new(mode, tokens);
    }

    /// <summary>Returns a setup itself if it is possible, or else one that is: with the same mode, or with the first of the modes.</summary>
    internal ServingSetup NextTo(ServingSetup setup) =>
        !Modes.Contains(setup.Mode) ? First(Modes[0])
        : setup.ChunkTokens is { } tokens && !ChunkSizes.Contains(tokens) ? new(setup.Mode, ChunkSizes.MinBy(size => Math.Abs((long)size - tokens)))
        : setup;

    internal SimulatedBatchOptions Batching => new(Step) { TimeOption = "ServingOptions.Step", MaxPromptTokens = MaxPromptTokens, MaxCachedTokens = MaxCachedTokens };
}

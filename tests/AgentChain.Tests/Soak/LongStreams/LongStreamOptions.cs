namespace AgentChain.Tests.Soak.LongStreams;

/// <summary>How long streams are soaked.</summary>
sealed record LongStreamOptions
{
    /// <summary>Gets the number of items in the long stream.</summary>
    public int Items { get; init; } = 1_000_000;

    /// <summary>Gets the number of inputs to a step that runs for each of them, and the number of published hypotheses.</summary>
    public int Each { get; init; } = 100_000;

    /// <summary>Gets the size of each such input, in bytes.</summary>
    public int InputBytes { get; init; } = 10 * 1024;

    /// <summary>
    /// Gets the allowed growth of the managed heap since before the turn, at any sample and at the end with the result and its report still
    /// held, in bytes: the queues of a chain have room for a few hundred items, 2.5 MiB of inputs among them.
    /// </summary>
    public long Bound { get; init; } = 4 << 20;

    /// <summary>Gets a value that indicates whether the heap is sampled; only if nothing else runs in the process.</summary>
    public bool MeasuresHeap { get; init; } = true;

    /// <summary>Gets the destination of progress messages.</summary>
    public Action<string> Progress { get; init; } = _ => { };
}

namespace AgentChain.Tests.Soak.LongStreams;

/// <summary>How long streams are soaked.</summary>
sealed record LongStreamOptions
{
    /// <summary>Gets how many items the long stream has.</summary>
    public int Items { get; init; } = 1_000_000;

    /// <summary>Gets how many inputs go through a step that runs for each of them, and how many hypotheses are published.</summary>
    public int Each { get; init; } = 100_000;

    /// <summary>Gets the size of each such input, in bytes.</summary>
    public int InputBytes { get; init; } = 10 * 1024;

    /// <summary>
    /// Gets how much the managed heap may exceed what it was before the turn, at any sample and at the end with the result and its report still
    /// held, in bytes: the queues of a chain have room for a few hundred items, 2.5 MiB of inputs among them.
    /// </summary>
    public long Bound { get; init; } = 4 << 20;

    /// <summary>Gets whether the heap is sampled; only where nothing else runs in the process.</summary>
    public bool MeasuresHeap { get; init; } = true;

    /// <summary>Gets where progress is told.</summary>
    public Action<string> Progress { get; init; } = _ => { };
}

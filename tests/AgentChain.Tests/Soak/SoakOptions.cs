namespace AgentChain.Tests.Soak;

/// <summary>How a soak runs.</summary>
sealed record SoakOptions
{
    /// <summary>Gets how many turns are started, or a few more: an operation that has begun is carried through.</summary>
    public int Turns { get; init; } = 1_000_000;

    /// <summary>Gets the seed of every random choice.</summary>
    public int Seed { get; init; } = 7;

    /// <summary>Gets how many operations run at once.</summary>
    public int AtOnce { get; init; } = 64;

    /// <summary>Gets how often all workers stop, so that leaks can be counted and the process can be sampled.</summary>
    public int Rounds { get; init; } = 20;

    /// <summary>Gets the time limit for events that must happen; so long that only an event that never happens exceeds it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Gets how many faults a kind may have before it is left out, so that one broken mechanism does not hide the others.
    /// </summary>
    public int FaultsUntilLeftOut { get; init; } = 5;

    /// <summary>Gets whether heap, threads and handles must be flat; only where nothing else runs in the process.</summary>
    public bool MeasuresProcess { get; init; } = true;

    /// <summary>Gets how much the median heap of the last quarter may exceed that of the first, in bytes.</summary>
    public long HeapGrowth { get; init; } = 1 << 20;

    /// <summary>Gets by how much the median number of threads, and that of handles, may grow from the first quarter to the last.</summary>
    public int CountGrowth { get; init; } = 16;

    /// <summary>Gets the destination of progress messages.</summary>
    public Action<string> Progress { get; init; } = _ => { };
}

namespace AgentChain;

/// <summary>
/// Represents one run of a block for a turn, whether or not it is on the turn's critical path, or several runs folded into one span.
/// </summary>
/// <remarks>
/// A turn keeps the first 32 runs of each block as separate spans. Later runs are folded into one span, so that a report does not grow with
/// the items of a stream. The folded span starts with its first run, ends with its last one, combines the notes of all, and counts them in
/// <see cref="Runs"/>. Its sums, <see cref="Working"/> and <see cref="DeviceWait"/>, are exact. A run that was still active when the turn
/// ended has its own span. Speculative runs and terminated runs are folded separately.
/// </remarks>
public readonly record struct BlockSpan
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="block">The name of the block.</param>
    /// <param name="queued">The time at which its input was ready, counted from the turn's start.</param>
    /// <param name="started">The time at which the run started, counted from the turn's start.</param>
    /// <param name="ended">The time at which the run ended, or the turn's end if it was still running.</param>
    /// <param name="notes">Flags for notable events of the run.</param>
    public BlockSpan(string block, TimeSpan queued, TimeSpan started, TimeSpan ended, SpanNotes notes) =>
        (Block, Queued, Started, Ended, Notes) = (block, queued, started, ended, notes);

    /// <summary>Gets the name of the block.</summary>
    public string Block { get; init; }

    /// <summary>Gets the time at which its input was ready, counted from the turn's start.</summary>
    public TimeSpan Queued { get; init; }

    /// <summary>Gets the time at which the run started, counted from the turn's start.</summary>
    public TimeSpan Started { get; init; }

    /// <summary>Gets the time at which the run ended, or the turn's end if it was still running.</summary>
    public TimeSpan Ended { get; init; }

    /// <summary>Gets flags for notable events of the run.</summary>
    public SpanNotes Notes { get; init; }

    readonly TimeSpan? _working;
    readonly int _others;

    /// <summary>Gets the number of runs that the span represents; 1 unless runs are folded.</summary>
    public int Runs
    {
        get => _others + 1;
        init => _others = value - 1;
    }

    /// <summary>
    /// Gets the working time of the block: the time from <see cref="Started"/> to <see cref="Ended"/> without the wait for a device and for
    /// the commit. For several runs, this is the sum.
    /// </summary>
    public TimeSpan Working
    {
        get => _working ?? Ended - Started - DeviceWait - CommitWait;
        init => _working = value;
    }

    /// <summary>Gets the time that the block waited for a device after <see cref="Started"/>. For several runs, this is the sum.</summary>
    public TimeSpan DeviceWait { get; init; }

    /// <summary>
    /// Gets the time in which nothing was done but wait until the input was final, because work with an effect came next: between
    /// <see cref="Started"/> and <see cref="Ended"/> for a block, before <see cref="Started"/> for work inside a block. Zero for several
    /// runs.
    /// </summary>
    public TimeSpan CommitWait { get; init; }
}

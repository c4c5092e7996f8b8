namespace AgentChain.Turns;

/// <summary>What one run of a block did to a turn, whether or not the turn had to wait for it; or many runs, told as one.</summary>
/// <param name="Block">The block's name.</param>
/// <param name="Queued">When its input was ready, counted from the turn's start.</param>
/// <param name="Started">When it began to work.</param>
/// <param name="Ended">When it was done; the turn's end when it was not.</param>
/// <param name="Notes">What happened besides.</param>
/// <remarks>
/// A turn keeps the first 32 runs of a block as one span each. Those after them are folded into one span, so that a report does not grow with
/// the items of a stream: it begins with the first of them, ends with the last, has the notes of all, and <see cref="Runs"/> says how many
/// they are. Its sums, <see cref="Working"/> and <see cref="DeviceWait"/>, are exact. A run that had not ended when the turn did has a span of its own.
/// Runs that began before their input was certain are folded apart from others, and so are those that were in vain.
/// </remarks>
public readonly record struct BlockSpan(string Block, TimeSpan Queued, TimeSpan Started, TimeSpan Ended, SpanNotes Notes)
{
    readonly TimeSpan? _working;
    readonly int _others;

    /// <summary>Gets how many runs of the block it stands for; 1 unless they are folded.</summary>
    public int Runs
    {
        get => _others + 1;
        init => _others = value - 1;
    }

    /// <summary>Gets how long the block worked: from <see cref="Started"/> to <see cref="Ended"/> without the wait for a device; of several runs, the sum.</summary>
    public TimeSpan Working
    {
        get => _working ?? Ended - Started - DeviceWait;
        init => _working = value;
    }

    /// <summary>Gets how long, from <see cref="Started"/> on, it waited for a device; of several runs, the sum.</summary>
    public TimeSpan DeviceWait { get; init; }
}

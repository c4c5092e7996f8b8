namespace AgentChain.Turns;

/// <summary>What a turn's time was spent on.</summary>
public enum PartKind
{
    /// <summary>A block worked.</summary>
    Block,

    /// <summary>The value waited in a block's queue, or for room in it.</summary>
    Queue,

    /// <summary>The block waited for a device.</summary>
    Device,

    /// <summary>A branch that was done waited for another, or output waited to be let out.</summary>
    Barrier,

    /// <summary>The turn's live input was still arriving: somebody was speaking.</summary>
    Input,

    /// <summary>A wait that a setting asks for, such as the silence that ends an utterance.</summary>
    Setting,
}

/// <summary>A stretch of a turn's time and who owns it.</summary>
/// <param name="Owner">The block's name; <c>entry</c> for the wait for room in the chain, <c>output</c> for the hand-over to the host, <c>input</c> for live input, <c>endpoint</c> for the wait for its end.</param>
/// <param name="Kind">What the time was spent on.</param>
/// <param name="Start">When it began, counted from the turn's start.</param>
/// <param name="End">When it ended, counted from the turn's start.</param>
public readonly record struct ReportPart(string Owner, PartKind Kind, TimeSpan Start, TimeSpan End)
{
    /// <summary>Gets how long it was.</summary>
    public TimeSpan Duration => End - Start;
}

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

/// <summary>What happened to a block's run besides working.</summary>
[Flags]
public enum SpanNotes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its budget ran out.</summary>
    Overran = 1,

    /// <summary>A fallback took its place.</summary>
    FellBack = 2,

    /// <summary>It did not obey its token in time and was left behind.</summary>
    Detached = 4,

    /// <summary>It was not done when the turn ended.</summary>
    Unfinished = 8,

    /// <summary>It began before its input was certain.</summary>
    Speculative = 16,

    /// <summary>It was in vain: its input did not come true.</summary>
    Terminated = 32,

    /// <summary>It warmed the block and made nothing.</summary>
    Prefill = 64,
}

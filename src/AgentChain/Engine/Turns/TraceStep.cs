using AgentChain.Blocks;
using AgentChain.Devices;

namespace AgentChain.Engine.Turns;

/// <summary>
/// One run of a block in a turn, or one item it made: when it was queued, started and ended, and what it waited for.
/// Hops point back to their causes; from the last output back to the turn's start they tile the turn's time.
/// </summary>
/// <param name="turn">The turn.</param>
/// <param name="node">The block.</param>
/// <param name="parent">What it waited for; null for the turn's start.</param>
/// <param name="startedAt">When the block took the value from its queue.</param>
class TraceStep(TurnCore turn, BlockNode node, TraceStep? parent, long startedAt) : IBlockScope
{
    public TurnCore Turn => turn;

    public BlockNode Node => node;

    public TraceStep? Parent => parent;

    public long StartedAt => startedAt;

    /// <summary>When what it waited for was done.</summary>
    public virtual long QueuedAt => parent?.EndedAt ?? turn.StartedAt;

    /// <summary>When it began to work, after any wait for a device; the end of time while it waits for one.</summary>
    public virtual long RunningAt => startedAt;

    /// <summary>When it was done; 0 while it runs.</summary>
    public long EndedAt { get; private set; }

    /// <summary>The innermost sub-chain, hypothesis or speculation it is inside of.</summary>
    public IWorkScope? Scope { get; init; } = parent?.Scope;

    /// <summary>Whether nothing that comes of it is wanted any more: the turn is over, or what it is inside of has ended.</summary>
    public bool IsOver => turn.IsOver || Scope is { IsGone: true };

    /// <summary>Whether it rests on something that may still turn out to be wrong.</summary>
    public bool IsUncommitted => Scope is { IsUncommitted: true };

    /// <summary>Fires when nothing that comes of it is wanted any more.</summary>
    public CancellationToken Token => Scope?.InnerToken ?? turn.Token;

    /// <summary>The next earlier run of the turn, for the report.</summary>
    public TraceStep? Earlier { get; set; }

    public SpanNotes Notes { get; set; }

    /// <summary>Whether the wait before it is a barrier rather than a queue.</summary>
    public bool WaitedAtBarrier { get; init; }

    public Baggage? Baggage { get; set; } = parent?.Baggage;

    public virtual DeviceLease? Lease => null;

    TurnId IBlockScope.TurnId => turn.Id;

    string IBlockScope.BlockName => node.Name;

    TimeProvider IBlockScope.Time => turn.Runtime.Time;

    CancellationToken IBlockScope.TurnToken => turn.Token;

    long IBlockScope.RunNumber => Scope?.RunNumber ?? 0;

    bool IBlockScope.IsSpeculative => IsUncommitted;

    ValueTask IBlockScope.CommittedAsync(CancellationToken cancellationToken) =>
        Scope?.WhenCommitted(cancellationToken) ?? default;

    T? IBlockScope.Get<T>(TurnKey<T> key)
        where T : default =>
        Scope is { } scope ? scope.Read(key, Baggage) : Baggage is { } baggage ? baggage.Find(key) : default;

    TimeSpan IBlockScope.Remaining
    {
        get
        {
            long due = Math.Min(Math.Min(Due, Scope?.DueAt ?? long.MaxValue), turn.NextDue);
            if (due == long.MaxValue)
            {
                return Timeout.InfiniteTimeSpan;
            }

            long left = due - turn.Runtime.Now;
            return left <= 0 ? TimeSpan.Zero : turn.Runtime.Time.GetElapsedTime(0, left);
        }
    }

    /// <summary>When its own budget runs out.</summary>
    public virtual long Due => long.MaxValue;

    /// <summary>Whether it is a run of a block that still works.</summary>
    public virtual bool IsRunning => false;

    /// <summary>Whether it is a run of a block that a turn leaves behind when it ignores its token.</summary>
    public virtual bool MayBeLeftBehind => false;

    /// <summary>Whether its turn left it behind.</summary>
    public virtual bool IsLeftBehind => false;

    /// <summary>Leaves it behind, where it still works.</summary>
    public virtual void Detach()
    {
    }

    /// <summary>The block threw. One whose result nobody wants any more did not fail, nor one that may yet turn out not to be wanted.</summary>
    public void Fail(Exception error) => Fail(node, error);

    /// <summary>A block that is not this hop's own threw on what it made.</summary>
    public void Fail(BlockNode failed, Exception error)
    {
        if (!IsOver && !TryFault(error))
        {
            turn.Fail(failed, error);
        }
    }

    /// <summary>Leaves an error to the speculation that the run is inside of; false when the error is the turn's.</summary>
    public bool TryFault(Exception error) => Scope is { IsUncommitted: true } scope && scope.TryFault(error);

    /// <summary>An instant on a sub-chain's wall, seen from its other side.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="node">The sub-chain.</param>
    /// <param name="cause">What the instant is the end of; null for the turn's start.</param>
    /// <param name="scope">What it is inside of on the side from which it is seen.</param>
    public static TraceStep At(TurnCore turn, BlockNode node, TraceStep? cause, IWorkScope? scope)
    {
        var step = new TraceStep(turn, node, cause, cause is null ? turn.StartedAt : cause.EndedAt == 0 ? cause.StartedAt : cause.EndedAt) { Scope = scope };
        step.End(step.StartedAt);
        return step;
    }

    public void End(long now) => EndedAt = now;

    /// <summary>When the last of the live input this run listened to arrived, and when it was known to be the last; 0 for none.</summary>
    public virtual (long Last, long Known) Input => default;

    public virtual void InputEnded(long last, long known) =>
        throw new InvalidOperationException($"Block '{node.Name}' has no live input; add it with Revise and the option LiveInput().");

    /// <summary>What made an item at a time: itself where it is done, and else itself as it was then. Does not change any more.</summary>
    public TraceStep AsOf(long at)
    {
        if (EndedAt == at && at != 0 && !ChangesLater)
        {
            return this;
        }

        TraceStep item = Made();
        item.End(at);
        return item;
    }

    /// <summary>What made this run's items, from now on until it carries something else; not ended, since each item has its own time.</summary>
    public virtual TraceStep Made() => new(turn, node, this, RunningAt) { Baggage = Baggage };

    /// <summary>Whether the object stands for another run later.</summary>
    protected virtual bool ChangesLater => false;

    /// <summary>Makes the object stand for another run.</summary>
    protected void Become(TraceStep? cause, long started)
    {
        (parent, startedAt) = (cause, started);
        (EndedAt, Notes, Baggage) = (0, SpanNotes.None, cause?.Baggage);
    }
}

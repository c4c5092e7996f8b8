using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>
/// One run of a block in a turn, or one item it made: when it was queued, started and ended, and what it waited for.
/// Hops point back to their causes; from the last output back to the turn's start they tile the turn's time.
/// </summary>
sealed class Hop : BlockScope
{
    public Hop(TurnState turn, FlowNode node, Hop? parent, long startedAt)
    {
        (Turn, Node, Parent, StartedAt, RunningAt) = (turn, node, parent, startedAt, startedAt);
        Baggage = parent?.Baggage;
        Scope = parent?.Scope;
    }

    public TurnState Turn { get; }

    public FlowNode Node { get; }

    public Hop? Parent { get; }

    /// <summary>When the block took the value from its queue.</summary>
    public long StartedAt { get; }

    /// <summary>When it began to work, after any wait for a device.</summary>
    public long RunningAt { get; set; }

    /// <summary>When it was done; 0 while it runs.</summary>
    public long EndedAt { get; private set; }

    /// <summary>When its own budget runs out.</summary>
    public long Due { get; set; } = long.MaxValue;

    public SpanNotes Notes { get; set; }

    /// <summary>The innermost sub-chain it is inside of.</summary>
    public ScopeRun? Scope { get; init; }

    /// <summary>Whether nothing that comes of it is wanted any more: the turn is over, or a fallback took the sub-chain's place.</summary>
    public bool IsOver => Turn.IsOver || Scope is { IsGone: true };

    /// <summary>Fires when nothing that comes of it is wanted any more.</summary>
    public CancellationToken Token => Scope?.Token ?? Turn.Token;

    /// <summary>The next earlier run of the turn, for the report.</summary>
    public Hop? Earlier { get; set; }

    /// <summary>Whether the wait before it is a barrier rather than a queue.</summary>
    public bool WaitedAtBarrier { get; init; }

    public DeviceLease? HeldLease { get; set; }

    public override TurnId TurnId => Turn.Id;

    public override string BlockName => Node.Name;

    public override TimeProvider Time => Turn.Runtime.Time;

    public override DeviceLease? Lease => HeldLease;

    /// <summary>The block threw. One whose result nobody wants any more did not fail.</summary>
    public void Fail(Exception error)
    {
        if (!IsOver)
        {
            Turn.Fail(Node, error);
        }
    }

    /// <summary>The same instant, seen from another side of a sub-chain's wall.</summary>
    public Hop At(FlowNode node, ScopeRun? scope)
    {
        var hop = new Hop(Turn, node, this, EndedAt == 0 ? StartedAt : EndedAt) { Scope = scope };
        hop.End(hop.StartedAt);
        return hop;
    }

    public override CancellationToken TurnToken => Turn.Token;

    public override TimeSpan Remaining
    {
        get
        {
            long due = Math.Min(Math.Min(Due, Scope?.DueAt ?? long.MaxValue), Turn.NextDue);
            if (due == long.MaxValue)
            {
                return Timeout.InfiniteTimeSpan;
            }

            long left = due - Turn.Runtime.Now;
            return left <= 0 ? TimeSpan.Zero : Time.GetElapsedTime(0, left);
        }
    }

    /// <summary>When the last of the live input this run listened to arrived, and when it was known to be the last; 0 for none.</summary>
    public (long Last, long Known) Input { get; private set; }

    public void End(long now) => EndedAt = now;

    public override void InputEnded(long last, long known)
    {
        if (!Node.Settings.LiveInput)
        {
            base.InputEnded(last, known);
        }

        known = Math.Clamp(known, RunningAt, Math.Max(RunningAt, Turn.Runtime.Now));
        if (!Turn.EndInput(known))
        {
            throw new InvalidOperationException($"Block '{BlockName}' says a second time that its input has ended.");
        }

        Input = (Math.Clamp(last, RunningAt, known), known);
    }

    /// <summary>An item this run made: its time is the time since the item before it.</summary>
    public Hop Item(Hop previous, long now)
    {
        var item = new Hop(Turn, Node, previous, previous.EndedAt == 0 ? RunningAt : previous.EndedAt) { Baggage = Baggage };
        item.End(now);
        return item;
    }
}

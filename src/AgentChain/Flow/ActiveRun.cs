using AgentChain.Budgets;
using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>
/// A run of a block that the turn waits for: watched for its budget, detached when it outlives its turn.
/// <code>
///   Running ──(1) returned ──────────────> Done       its result goes on
///      ├─────(2) budget ran out, fallback > Replaced   the fallback's result goes on
///      └─────(3) turn over, grace over ───> Detached   nothing goes on
/// </code>
/// One of the three wins; a run that returns after (2) or (3) is only counted.
/// </summary>
abstract class ActiveRun : DeadlineEntry
{
    const int Running = 0;
    const int Done = 1;
    const int Replaced = 2;
    const int Left = 3;

    int _state;
    BudgetLimit _reported;

    internal ActiveRun? NextActive;
    internal ActiveRun? PreviousActive;

    protected ActiveRun(FlowNode node, Hop hop) => (Node, Hop) = (node, hop);

    protected FlowNode Node { get; }

    protected Hop Hop { get; }

    protected TurnState Turn => Hop.Turn;

    protected bool IsReplaced => Volatile.Read(ref _state) == Replaced;

    protected bool IsRunning => Volatile.Read(ref _state) == Running;

    /// <summary>When the latest output came, for the stall limit; 0 before the first.</summary>
    protected long LastOutputAt { get; private set; }

    /// <summary>Whether the run waits for room behind it, which is not its stall.</summary>
    protected bool IsHandingOn { get; set; }

    /// <summary>Begins to watch the run.</summary>
    protected void Watch()
    {
        if (MayBeLeftBehind)
        {
            Turn.AddRun(this);
        }

        if (Turn.IsOver && MayBeLeftBehind)
        {
            // The turn ended between the check before the work and this line: the grace began without this run.
            Turn.Runtime.Watcher.Add(new LateGrace(this), Turn.Runtime.AfterGrace(Turn.Runtime.Now));
        }

        if (Node.HasBudget)
        {
            Hop.Due = NextLimit().At;
            Turn.Runtime.Watcher.Add(this, Hop.Due);
        }
    }

    /// <summary>Counts an output; the clock goes on to the next limit.</summary>
    protected void CountOutput(long now)
    {
        bool isFirst = LastOutputAt == 0;
        LastOutputAt = now;
        if (!Node.HasBudget)
        {
            return;
        }

        Hop.Due = NextLimit().At;
        if (isFirst && Node.Settings.Budget.LongestStall is not null && IsRunning)
        {
            // Only here may the next limit be sooner than the one that is watched.
            Turn.Runtime.Watcher.Add(this, Hop.Due);
        }
    }

    /// <summary>(1) Claims the run for its own result; false when it was replaced or left behind.</summary>
    protected bool TryFinish()
    {
        if (Interlocked.CompareExchange(ref _state, Done, Running) != Running)
        {
            if (MayBeLeftBehind)
            {
                Node.DetachedReturned();
            }

            return false;
        }

        Unwatch();
        return true;
    }

    /// <summary>(3) Leaves the run behind.</summary>
    public void Detach()
    {
        if (Interlocked.CompareExchange(ref _state, Left, Running) == Running)
        {
            Unwatch();
            Node.Detached(Hop);
            Release();
        }
    }

    internal override void OnDue(long now)
    {
        if (!IsRunning || Hop.IsOver)
        {
            return;
        }

        (long at, BudgetLimit limit) = NextLimit();
        if (limit == BudgetLimit.Stall && IsHandingOn)
        {
            at = BudgetClock.Later(now, BudgetClock.ToTicks(Node.BudgetOf(BudgetLimit.Stall), Turn.Runtime.Time.TimestampFrequency));
        }

        if (at > now)
        {
            Turn.Runtime.Watcher.Add(this, at);
            return;
        }

        Node.Overran(Hop, limit);
        switch (Node.Settings.Overrun)
        {
            case OverrunAction.Fallback when ClaimFallback() && Interlocked.CompareExchange(ref _state, Replaced, Running) == Running:
                Unwatch();
                Hop.Notes |= SpanNotes.FellBack;
                Turn.Runtime.CountDetached(MayBeLeftBehind ? 1 : 0);
                Hop.End(now);
                Turn.Runtime.Queue(this, static run => run.FallBackAsync());
                break;
            case OverrunAction.Fallback when IsRunning:
            case OverrunAction.Cancel:
                Turn.EndOnDeadlineThread(new TurnDeadlineExceededException(Node.Name, limit, Node.BudgetOf(limit)));
                break;
            default:
                _reported = limit;
                Hop.Due = NextLimit().At;
                Turn.Runtime.Watcher.Add(this, Math.Max(now, Hop.Due));
                break;
        }
    }

    /// <summary>Claims the run for its fallback; false when output has gone out already.</summary>
    protected virtual bool ClaimFallback() => true;

    /// <summary>Whether the run itself may be left behind; a scope around other runs may not.</summary>
    protected virtual bool MayBeLeftBehind => true;

    /// <summary>(2) Runs the fallback and hands its result on.</summary>
    protected abstract Task FallBackAsync();

    /// <summary>Gives the run's place in its queue to the next value.</summary>
    protected abstract void Release();

    /// <summary>The next limit, past those that were reported: after a report the block goes on.</summary>
    (long At, BudgetLimit Limit) NextLimit()
    {
        BudgetClock clock = Node.Clock(Hop.RunningAt);
        return _reported switch
        {
            BudgetLimit.None => clock.Next(LastOutputAt),
            BudgetLimit.FirstOutput when LastOutputAt != 0 => clock.Next(LastOutputAt),
            BudgetLimit.Total => (BudgetClock.Never, BudgetLimit.None),
            _ => (clock.Total, BudgetLimit.Total),
        };
    }

    void Unwatch()
    {
        if (Node.HasBudget)
        {
            Turn.Runtime.Watcher.Remove(this);
        }

        if (MayBeLeftBehind)
        {
            Turn.RemoveRun(this);
        }
    }

    sealed class LateGrace(ActiveRun run) : DeadlineEntry
    {
        internal override void OnDue(long now) => run.Detach();
    }
}

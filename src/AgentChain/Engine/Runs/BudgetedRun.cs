using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>A run whose budget is watched: from when it counts, which limit is due next, and what happens then.</summary>
abstract class BudgetedRun(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt)
    : TraceStep(turn, node, cause, startedAt), IDeadline
{
    // One object for each run: its parts are mutable structs, so none of these fields may be readonly.
    DeadlineLinks _links;
    RunClaim _claim;
    WorkStart _work = new(startedAt);

    ref DeadlineLinks IDeadline.Links => ref _links;

    public override long RunningAt => _work.At;

    public override DeviceLease? Lease => _work.Lease;

    public sealed override bool IsRunning => _claim.IsRunning;

    /// <summary>Whether a budget limits the run; cold blocks are slow, so none does in a warm-up.</summary>
    bool HasBudget => Node.HasBudget && !Turn.IsWarmUp;

    public override long Due => HasBudget && !IsUncommitted ? NextLimit().At : BudgetClock.Never;

    protected override (long FirstOutput, long Total) OwnLimits
    {
        get
        {
            if (!HasBudget || IsUncommitted || RunningAt == long.MaxValue)
            {
                return (BudgetClock.Never, BudgetClock.Never);
            }

            BudgetClock clock = Node.Clock(BudgetStart);
            return (HasOutput ? BudgetClock.Never : clock.FirstOutput, clock.Total);
        }
    }

    /// <summary>The end of the run.</summary>
    protected ref RunClaim Ending => ref _claim;

    /// <summary>The time of the latest output, for the stall limit; 0 before the first.</summary>
    protected virtual long LastOutputAt => 0;

    public sealed override bool HasOutput => LastOutputAt != 0;

    /// <summary>Whether the run waits for room downstream, which is not its stall.</summary>
    protected virtual bool IsHandingOn => false;

    /// <summary>Marks the run as waiting for a device. Until it has one, its time does not count as the block's.</summary>
    public void AwaitDevice() => _work.AwaitDevice();

    /// <summary>Assigns the device that the run waited for.</summary>
    public void Place(DeviceLease lease) => _work.Place(lease, Turn.Runtime.Now);

    /// <summary>Starts the run's budget: when the run starts or, if it began early, when its input becomes final.</summary>
    public void WatchBudget()
    {
        if (HasBudget && IsRunning)
        {
            _claim.Warnings = Turn.Runtime.BudgetEvents.Begin(Node.Settings.Budget);
            WatchUntil(NextLimit().At);
        }
    }

    /// <summary>
    /// Watches the stall limit after the first output: the next limit can be earlier than the watched one only then.
    /// </summary>
    protected void WatchStall(long now)
    {
        if (HasBudget && Node.Settings.Budget.StallLimit is not null && IsRunning)
        {
            WatchNextLimit(now);
        }
    }

    /// <summary>Stops watching the budget of a run that has ended.</summary>
    protected void Unwatch()
    {
        if (HasBudget)
        {
            Turn.Runtime.Watcher.Remove(this);
        }
    }

    /// <summary>Restarts the budget of a finished, unwatched run for another input.</summary>
    protected void RestartBudget(long startedAt) => (_work, _claim.Reported) = (new(startedAt), BudgetLimit.None);

    /// <summary>Replaces the run by its fallback; false if it has ended, or has handed output on.</summary>
    protected abstract bool TryFallBack(long now);

    void IDeadline.OnDue(long now)
    {
        if (!IsRunning || IsOver || IsUncommitted)
        {
            return;
        }

        if (_claim.Warnings != BudgetWarnings.None)
        {
            Turn.Runtime.BudgetEvents.TellDue(ref _claim.Warnings, Turn, Node.Name, Node.Settings.Budget, BudgetStart, now, HasOutput);
        }

        // In this order: the end of a wait for room is seen only with the output that ends it.
        bool isHandingOn = IsHandingOn;
        (long at, BudgetLimit limit) = NextLimit();
        if (limit == BudgetLimit.Stall && isHandingOn)
        {
            at = BudgetClock.Later(now, BudgetClock.ToTicks(Node.BudgetOf(BudgetLimit.Stall), Turn.Runtime.Time.TimestampFrequency));
        }

        if (at > now)
        {
            WatchUntil(at);
            return;
        }

        Node.Overran(this, limit);
        Turn.Runtime.BudgetEvents.TellExceeded(
            Turn, Node.Name, limit, Node.BudgetOf(limit), limit == BudgetLimit.Stall ? LastOutputAt : BudgetStart);
        switch (Node.Settings.Overrun)
        {
            case OverrunAction.Fallback when TryFallBack(now):
                break;
            case OverrunAction.Fallback when IsRunning:
            case OverrunAction.Cancel:
                Turn.TryEnd(TurnOutcome.DeadlineExceeded, new TurnDeadlineExceededException(Node.Name, limit, Node.BudgetOf(limit)));
                break;
            default:
                _claim.Reported = limit;
                WatchNextLimit(now);
                break;
        }
    }

    /// <summary>The time from which the budget counts: when the run began to work or, if it began early, when its input became final.</summary>
    long BudgetStart => Scope is { CertainAt: var certain and not 0 } ? Math.Max(_work.At, certain) : _work.At;

    /// <summary>Returns the next limit that was not reported yet; after a report, the block continues.</summary>
    (long At, BudgetLimit Limit) NextLimit()
    {
        BudgetClock clock = Node.Clock(BudgetStart);
        return _claim.Reported switch
        {
            BudgetLimit.None => clock.Next(LastOutputAt),
            BudgetLimit.FirstOutput when LastOutputAt != 0 => clock.Next(LastOutputAt),
            BudgetLimit.Total => (BudgetClock.Never, BudgetLimit.None),
            _ => (clock.Total, BudgetLimit.Total),
        };
    }

    void WatchNextLimit(long now) => WatchUntil(Math.Max(now, NextLimit().At));

    /// <summary>Watches a limit, and a warning that comes before it.</summary>
    void WatchUntil(long due) => Turn.Runtime.Watcher.Add(this, _claim.Warnings == BudgetWarnings.None
        ? due
        : Math.Min(due, Turn.Runtime.BudgetEvents.NextAt(_claim.Warnings, Node.Settings.Budget, BudgetStart)));
}

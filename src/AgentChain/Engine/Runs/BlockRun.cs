using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>
/// A run of a block that the turn waits for. Its budget is watched, and it is detached if it outlives its turn. The numbers in the comments
/// are those of <see cref="RunClaim"/>.
/// </summary>
abstract class BlockRun(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt) : TraceStep(turn, node, cause, startedAt), IDeadline
{
    // One object for each run: its parts are mutable structs, so none of these fields may be readonly.
    DeadlineLinks _links;
    RunClaim _claim;

    // The deadline thread reads these three without synchronization, while the run's thread writes the first two. A stale value only shows
    // it the run as it was an instant ago: OnDue watches again, or reports an overrun that ended in that instant.
    DeviceLease? _lease;
    long _runningAt = startedAt;

    ref DeadlineLinks IDeadline.Links => ref _links;

    public override long RunningAt => _runningAt;

    public override DeviceLease? Lease => _lease;

    public sealed override bool IsRunning => _claim.IsRunning;

    /// <summary>Whether it was detached.</summary>
    public sealed override bool IsLeftBehind => _claim.IsLeft;

    /// <summary>Whether its own result is no longer needed: a fallback replaced it, or it was detached.</summary>
    protected bool IsGivenUp => _claim.IsGivenUp;

    protected bool IsReplaced => _claim.IsReplaced;

    /// <summary>Whether the run itself can be detached; a scope around other runs cannot.</summary>
    public override bool MayBeLeftBehind => true;

    /// <summary>Whether a budget limits the run; cold blocks are slow, so none does in a warm-up.</summary>
    bool HasBudget => Node.HasBudget && !Turn.IsWarmUp;

    public override long Due => HasBudget && !IsUncommitted ? NextLimit().At : BudgetClock.Never;

    /// <summary>The time of the latest output, for the stall limit; 0 before the first.</summary>
    protected virtual long LastOutputAt => 0;

    /// <summary>Whether the run waits for room downstream, which is not its stall.</summary>
    protected virtual bool IsHandingOn => false;

    /// <summary>
    /// Adds the run to its turn's list; false if the turn ended first, and the block must not begin. The list comes before the check, so
    /// that a wait for quiescence either sees the run or is not delayed by it.
    /// </summary>
    public bool TryBegin()
    {
        Turn.BeginRun(this);
        if (!IsOver)
        {
            return true;
        }

        Abandon();
        return false;
    }

    /// <summary>
    /// Restarts a finished, unwatched run for another input; false if the turn ended first. As in <see cref="TryBegin"/>, the run is
    /// visible as running before the turn is checked.
    /// </summary>
    protected bool TryBeginAgain(TraceStep? cause, long startedAt)
    {
        Become(cause, startedAt);
        (_runningAt, _lease, _claim.Reported) = (startedAt, null, BudgetLimit.None);
        _claim.Restart();
        if (!IsOver)
        {
            return true;
        }

        Abandon();
        return false;
    }

    /// <summary>Whether its work may be wasted.</summary>
    public virtual bool MayBeInVain => IsUncommitted;

    /// <summary>Marks the run as waiting for a device. Until it has one, its time does not count as the block's.</summary>
    public void AwaitDevice() => _runningAt = long.MaxValue;

    /// <summary>Assigns the device that the run waited for.</summary>
    public void Place(DeviceLease lease)
    {
        _lease = lease;
        _runningAt = Turn.Runtime.Now;
    }

    /// <summary>Ends the run before it began to work, because the turn is over or no device could be acquired.</summary>
    public void Abandon()
    {
        bool late = IsLate(unfinished: true);
        if (_claim.Abandon() && MayBeLeftBehind)
        {
            Node.DetachedReturned();
        }
        else
        {
            TellIfLate(late);
        }

        Scope?.BlockEnded(this, Turn.Runtime.Now, finished: false);
    }

    /// <summary>Starts to watch the run.</summary>
    protected void Watch()
    {
        if (Turn.IsOver && MayBeLeftBehind)
        {
            // The turn ended after the check before the work, and may have started its grace period without this run.
            Turn.GraceFor(this);
        }

        if (Scope is not { } scope || scope.BlockStarted(this))
        {
            WatchBudget();
        }

        if (!IsRunning)
        {
            // Detached before its speculation was notified of its begin, so the speculation was not notified of its end.
            Scope?.BlockEnded(this, Turn.Runtime.Now, finished: false);
        }
    }

    /// <summary>Starts the run's budget: when the run starts or, if it began early, when its input becomes final.</summary>
    public void WatchBudget()
    {
        if (HasBudget && IsRunning)
        {
            Turn.Runtime.Watcher.Add(this, NextLimit().At);
        }
    }

    /// <summary>
    /// Watches the stall limit after the first output: the next limit can be earlier than the watched one only then.
    /// </summary>
    protected void WatchStall(long now)
    {
        if (HasBudget && Node.Settings.Budget.LongestStall is not null && IsRunning)
        {
            WatchNextLimit(now);
        }
    }

    /// <summary>(1) Claims the run for its own result; false if it was replaced or detached.</summary>
    protected bool TryFinish()
    {
        bool late = IsLate(unfinished: false);
        if (!_claim.TryFinish(out bool wasCounted))
        {
            // A run that was abandoned, because it had no device, was never counted as detached.
            if (wasCounted && MayBeLeftBehind)
            {
                Node.DetachedReturned();
            }

            return false;
        }

        Unwatch();
        Scope?.BlockEnded(this, Turn.Runtime.Now, finished: true);
        TellIfLate(late);
        return true;
    }

    /// <summary>Returns whether the run ends after its turn; if so, records when.</summary>
    bool IsLate(bool unfinished)
    {
        if (!Turn.IsOver)
        {
            return false;
        }

        Turn.Runtime.Quiet.Ending(this, unfinished);
        return true;
    }

    /// <summary>Notifies the tracker if the turn is over, even if the turn ended only after <see cref="IsLate"/> checked it.</summary>
    void TellIfLate(bool late)
    {
        if (late || Turn.IsOver)
        {
            Turn.Runtime.Quiet.Ended(this);
        }
    }

    /// <summary>(3) Detaches the run.</summary>
    public sealed override void Detach()
    {
        bool late = IsLate(unfinished: true);
        if (_claim.TryLeave())
        {
            Unwatch();
            Node.Detached(this);
            Scope?.BlockEnded(this, Turn.Runtime.Now, finished: false);
            TellIfLate(late);
            Release();
        }
    }

    void IDeadline.OnDue(long now)
    {
        if (!IsRunning || IsOver || IsUncommitted)
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

        Node.Overran(this, limit);
        switch (Node.Settings.Overrun)
        {
            case OverrunAction.Fallback when ClaimFallback() && _claim.TryReplace():
                Unwatch();
                Notes |= SpanNotes.FellBack;
                Turn.Runtime.CountDetached(MayBeLeftBehind ? 1 : 0);
                End(now);
                Scope?.BlockEnded(this, now, finished: false);

                // The turn may have ended since it was checked, and a wait for quiescence may depend on this run.
                TellIfLate(late: false);
                Turn.Runtime.Queue(this, static run => run.FallBackAsync());
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

    /// <summary>Claims the run for its fallback; false if output was already handed on.</summary>
    protected virtual bool ClaimFallback() => true;

    /// <summary>(2) Runs the fallback and hands its result on.</summary>
    protected abstract Task FallBackAsync();

    /// <summary>Releases the run's place in its queue for the next value.</summary>
    protected abstract void Release();

    /// <summary>Returns the next limit that was not reported yet; after a report, the block continues.</summary>
    (long At, BudgetLimit Limit) NextLimit()
    {
        BudgetClock clock = Node.Clock(Scope is { CertainAt: var certain and not 0 } ? Math.Max(_runningAt, certain) : _runningAt);
        return _claim.Reported switch
        {
            BudgetLimit.None => clock.Next(LastOutputAt),
            BudgetLimit.FirstOutput when LastOutputAt != 0 => clock.Next(LastOutputAt),
            BudgetLimit.Total => (BudgetClock.Never, BudgetLimit.None),
            _ => (clock.Total, BudgetLimit.Total),
        };
    }

    void WatchNextLimit(long now) => Turn.Runtime.Watcher.Add(this, Math.Max(now, NextLimit().At));

    void Unwatch()
    {
        if (HasBudget)
        {
            Turn.Runtime.Watcher.Remove(this);
        }
    }
}

using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>
/// A run of a block that the turn waits for: watched for its budget, detached when it outlives its turn. The numbers in the comments
/// are those of <see cref="RunClaim"/>.
/// </summary>
abstract class BlockRun(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt) : TraceStep(turn, node, cause, startedAt), IDeadline
{
    // One object for each run: its parts are mutable structs, so none of these fields may be readonly.
    DeadlineLinks _links;
    RunClaim _claim;
    DeviceLease? _lease;
    long _runningAt = startedAt;
    BudgetLimit _reported;

    ref DeadlineLinks IDeadline.Links => ref _links;

    public override long RunningAt => _runningAt;

    public override DeviceLease? Lease => _lease;

    public sealed override bool IsRunning => _claim.IsRunning;

    /// <summary>Whether it was left behind.</summary>
    public sealed override bool IsLeftBehind => _claim.IsLeft;

    /// <summary>Whether its own result is no longer wanted: a fallback took its place, or it was left behind.</summary>
    protected bool IsGivenUp => _claim.IsGivenUp;

    protected bool IsReplaced => _claim.IsReplaced;

    /// <summary>Whether the run itself may be left behind; a scope around other runs may not.</summary>
    public override bool MayBeLeftBehind => true;

    public override long Due => Node.HasBudget && !IsUncommitted ? NextLimit().At : BudgetClock.Never;

    /// <summary>When the latest output came, for the stall limit; 0 before the first.</summary>
    protected virtual long LastOutputAt => 0;

    /// <summary>Whether the run waits for room behind it, which is not its stall.</summary>
    protected virtual bool IsHandingOn => false;

    /// <summary>
    /// Enters the run in its turn's list; false when the turn ended first, and the block must not begin. Looked at in this order, so that
    /// who waits for quiet either sees the run or is not kept waiting by it.
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
    /// Begins the run anew for another input, where it has finished and nothing watches it; false when the turn ended first. Like
    /// <see cref="TryBegin"/>, it is seen to run before the turn is looked at.
    /// </summary>
    protected bool TryBeginAgain(TraceStep? cause, long startedAt)
    {
        Become(cause, startedAt);
        (_runningAt, _lease, _reported) = (startedAt, null, BudgetLimit.None);
        _claim.Restart();
        if (!IsOver)
        {
            return true;
        }

        Abandon();
        return false;
    }

    /// <summary>Whether nobody may ever want what it does.</summary>
    public virtual bool MayBeInVain => IsUncommitted;

    /// <summary>The run waits for a device; until it has one, its time is not the block's.</summary>
    public void AwaitDevice() => _runningAt = long.MaxValue;

    /// <summary>Gives the run the device it waited for.</summary>
    public void Place(DeviceLease lease)
    {
        _lease = lease;
        _runningAt = Turn.Runtime.Now;
    }

    /// <summary>Ends the run before it began to work: the turn is over.</summary>
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

    /// <summary>Begins to watch the run.</summary>
    protected void Watch()
    {
        if (Turn.IsOver && MayBeLeftBehind)
        {
            // The turn ended between the check before the work and this line, and may have begun its grace without this run.
            Turn.GraceFor(this);
        }

        if (Scope is not { } scope || scope.BlockStarted(this))
        {
            WatchBudget();
        }

        if (!IsRunning)
        {
            // Left behind before its speculation knew that it had begun, and so not told that it has ended.
            Scope?.BlockEnded(this, Turn.Runtime.Now, finished: false);
        }
    }

    /// <summary>Sets the run's budget going: at its start, and where it began before its input was certain, when it is.</summary>
    public void WatchBudget()
    {
        if (Node.HasBudget && IsRunning)
        {
            Turn.Runtime.Watcher.Add(this, NextLimit().At);
        }
    }

    /// <summary>The first output is counted: only now may the next limit be sooner than the one that is watched.</summary>
    protected void WatchStall(long now)
    {
        if (Node.Settings.Budget.LongestStall is not null && IsRunning)
        {
            WatchNextLimit(now);
        }
    }

    /// <summary>(1) Claims the run for its own result; false when it was replaced or left behind.</summary>
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

    /// <summary>Whether the run ends after its turn did; if so, notes when.</summary>
    bool IsLate(bool unfinished)
    {
        if (!Turn.IsOver)
        {
            return false;
        }

        Turn.Runtime.Quiet.Ending(this, unfinished);
        return true;
    }

    /// <summary>Tells who waits for quiet, also where the turn ended between the look at it and the end of the run.</summary>
    void TellIfLate(bool late)
    {
        if (late || Turn.IsOver)
        {
            Turn.Runtime.Quiet.Ended(this);
        }
    }

    /// <summary>(3) Leaves the run behind.</summary>
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

                // The turn may have ended since it was looked at, and someone may wait for this run.
                TellIfLate(late: false);
                Turn.Runtime.Queue(this, static run => run.FallBackAsync());
                break;
            case OverrunAction.Fallback when IsRunning:
            case OverrunAction.Cancel:
                Turn.TryEnd(TurnOutcome.DeadlineExceeded, new TurnDeadlineExceededException(Node.Name, limit, Node.BudgetOf(limit)));
                break;
            default:
                _reported = limit;
                WatchNextLimit(now);
                break;
        }
    }

    /// <summary>Claims the run for its fallback; false when output has gone out already.</summary>
    protected virtual bool ClaimFallback() => true;

    /// <summary>(2) Runs the fallback and hands its result on.</summary>
    protected abstract Task FallBackAsync();

    /// <summary>Gives the run's place in its queue to the next value.</summary>
    protected abstract void Release();

    /// <summary>The next limit, past those that were reported: after a report the block goes on.</summary>
    (long At, BudgetLimit Limit) NextLimit()
    {
        BudgetClock clock = Node.Clock(Scope is { CertainAt: var certain and not 0 } ? Math.Max(_runningAt, certain) : _runningAt);
        return _reported switch
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
        if (Node.HasBudget)
        {
            Turn.Runtime.Watcher.Remove(this);
        }
    }
}

using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>
/// A run of a block that the turn waits for, from its begin to its one end; it is detached if it outlives its turn. The numbers in the
/// comments are those of <see cref="RunClaim"/>.
/// </summary>
abstract class BlockRun(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt) : BudgetedRun(turn, node, cause, startedAt)
{
    /// <summary>Whether it was detached.</summary>
    public sealed override bool IsLeftBehind => Ending.IsLeft;

    /// <summary>Whether its own result is no longer needed: a fallback replaced it, or it was detached.</summary>
    protected bool IsGivenUp => Ending.IsGivenUp;

    protected bool IsReplaced => Ending.IsReplaced;

    /// <summary>Whether the run itself can be detached; a scope around other runs cannot.</summary>
    public override bool MayBeLeftBehind => true;

    /// <summary>
    /// Adds the run to its turn's list; false if the turn ended first, and the block must not begin. The list comes before the check, so
    /// that a wait for quiescence either sees the run or is not delayed by it.
    /// </summary>
    public bool TryBegin()
    {
        Turn.BeginRun(this);
        Turn.Runtime.KeepsWarm?.Began(Node.Name);
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
        RestartBudget(startedAt);
        Ending.Restart();
        Turn.Runtime.KeepsWarm?.Began(Node.Name);
        if (!IsOver)
        {
            return true;
        }

        Abandon();
        return false;
    }

    /// <summary>Whether its work may be wasted.</summary>
    public virtual bool MayBeInVain => IsUncommitted;

    /// <summary>Ends the run before it began to work, because the turn is over or no device could be acquired.</summary>
    public void Abandon()
    {
        bool late = IsLate(unfinished: true);
        if (Ending.Abandon() && MayBeLeftBehind)
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

    /// <summary>(1) Claims the run for its own result; false if it was replaced or detached.</summary>
    protected bool TryFinish()
    {
        bool late = IsLate(unfinished: false);
        if (!Ending.TryFinish(out bool wasCounted))
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
        if (Ending.TryLeave())
        {
            Unwatch();
            Node.Detached(this);
            Scope?.BlockEnded(this, Turn.Runtime.Now, finished: false);
            TellIfLate(late);
            Release();
        }
    }

    protected sealed override bool TryFallBack(long now)
    {
        if (!ClaimFallback() || !Ending.TryReplace())
        {
            return false;
        }

        Unwatch();
        Notes |= SpanNotes.FellBack;
        Turn.Runtime.CountDetached(MayBeLeftBehind ? 1 : 0);
        End(now);
        Scope?.BlockEnded(this, now, finished: false);

        // The turn may have ended since it was checked, and a wait for quiescence may depend on this run.
        TellIfLate(late: false);
        Turn.Runtime.Queue(this, static run => run.FallBackAsync());
        return true;
    }

    /// <summary>
    /// Counts the failure of a finished run if it is an overrun that the block reported itself.
    /// </summary>
    /// <returns>True if the fallback takes the place of the block's result.</returns>
    protected bool FallsBackFrom(Exception? failure)
    {
        if (failure is not BlockOverrunException overrun)
        {
            return false;
        }

        Node.Overran(this, overrun);
        if (Node.Settings.Overrun != OverrunAction.Fallback || IsOver)
        {
            return false;
        }

        Notes |= SpanNotes.FellBack;
        return true;
    }

    /// <summary>Claims the run for its fallback; false if output was already handed on.</summary>
    protected virtual bool ClaimFallback() => true;

    /// <summary>(2) Runs the fallback and hands its result on.</summary>
    protected abstract Task FallBackAsync();

    /// <summary>Releases the run's place in its queue for the next value.</summary>
    protected abstract void Release();
}

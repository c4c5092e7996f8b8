using AgentChain.Budgets;
using AgentChain.Engine.Deadlines;

namespace AgentChain.Engine.Turns;

/// <summary>The times of a turn: its start, the end of its live input, its outputs, and the limits of the chain's budget on them.</summary>
abstract class TimedTurn : DeadlineEntry
{
    // Mutable structs, so neither may be readonly.
    TurnDeadline _deadline;
    OutputMarks _outputs;
    BudgetWarnings _warnings;

    // The budget itself is in a side table, because few turns have one of their own.
    bool _hasOwnBudget;

    protected TimedTurn(ChainRuntime runtime)
    {
        (Runtime, StartedAt) = (runtime, runtime.Now);
        _deadline.Set(Clock.Next(0));
    }

    public ChainRuntime Runtime { get; }

    public long StartedAt { get; }

    /// <summary>The time at which live input was known to be complete; 0 before that, or if the input is not live.</summary>
    public long InputEndedAt => _deadline.InputEndedAt;

    /// <summary>Whether the turn is one of a warm-up.</summary>
    public bool IsWarmUp { get; private set; }

    /// <summary>The limits of the turn: those of the chain or, where they are shorter, its own.</summary>
    public LatencyBudget Budget => _hasOwnBudget ? Runtime.OwnBudgets.Of(this) : Runtime.Settings.Budget;

    /// <summary>Whether the stall between two outputs is limited.</summary>
    bool WatchesStalls => Runtime.WatchesStalls || (_hasOwnBudget && Budget.StallLimit is not null);

    /// <summary>Whether the turn was not admitted, or still waits for that, and so has no place to return.</summary>
    /// <remarks>
    /// It is here, next to <see cref="IsWarmUp"/>, because a second class with a flag would make every turn 8 bytes larger.
    /// </remarks>
    public bool WasRefused { get; set; }

    /// <summary>The time at which the turn's next limit is due.</summary>
    public long NextDue => _deadline.Due;

    /// <summary>The time at which the turn must have its first output; null if it has none due, or has had it.</summary>
    public long? FirstDue => _outputs.IsEmpty && NextDue is var due && due != BudgetClock.Never ? due : null;

    /// <summary>The steps that produced the first and the last output.</summary>
    public (TraceStep? First, TraceStep? Last) Outputs => (_outputs.First, _outputs.Last);

    public long FirstOutputAt => _outputs.FirstAt;

    /// <summary>Whether the turn's output is full and waits for the host to read it.</summary>
    public bool IsUnread => _deadline.WaitsForHost;

    /// <summary>Whether the turn has ended. The outcome, the error and the time are published with it.</summary>
    public abstract bool IsOver { get; }

    /// <summary>The state that the layer above keeps for the turn; null if there is none.</summary>
    public virtual ITurnLayer? Layer => null;

    /// <summary>(6) Ends the turn; false if another end came first.</summary>
    public abstract bool TryEnd(TurnOutcome outcome, TurnException? error);

    /// <summary>Marks the turn, before it begins, as one of a warm-up: no budget ends it, and nothing it does is committed.</summary>
    public void BecomeWarmUp()
    {
        IsWarmUp = true;
        _deadline.Set(Clock.Next(0));
    }

    /// <summary>Gives the turn, before it begins, limits of its own; of each limit, the shorter holds.</summary>
    public void Shorten(in LatencyBudget own)
    {
        if (!own.IsNone)
        {
            Runtime.OwnBudgets.Add(this, Runtime.Settings.Budget.Tighter(own));
            _hasOwnBudget = true;
            _deadline.Set(Clock.Next(0));
        }
    }

    /// <summary>Returns the limits that still count, as times.</summary>
    public (long FirstOutput, long Total) Limits()
    {
        BudgetClock clock = Clock;
        return (_outputs.IsEmpty ? clock.FirstOutput : BudgetClock.Never, clock.Total);
    }

    /// <summary>Records that the live input is complete, and starts the budget; false if that was recorded before.</summary>
    public bool EndInput(long at)
    {
        if (!_deadline.EndInput(at))
        {
            return false;
        }

        _deadline.Set(Clock.Next(0));
        if (NextDue != BudgetClock.Never && !IsOver)
        {
            Watch();
        }

        return true;
    }

    /// <summary>Watches the budget, which begins to count.</summary>
    protected void Watch()
    {
        _warnings = Runtime.BudgetEvents.Begin(Budget);
        WatchUntil(NextDue);
    }

    /// <summary>(4) Counts an output and moves the clock to the next limit.</summary>
    public void CountOutput(TraceStep cause)
    {
        bool isFirst = _outputs.IsEmpty;
        if (isFirst)
        {
            _outputs.Begin(cause, Runtime.Now);
            if (!IsWarmUp)
            {
                Runtime.Instruments.FirstOutput(Runtime.Name, Seconds(Math.Max(StartedAt, InputEndedAt), _outputs.FirstAt));
            }
        }

        _outputs.Last = cause;
        bool stalls = WatchesStalls;
        if (isFirst || stalls)
        {
            _deadline.Set(Clock.Next(stalls ? Runtime.Now : _outputs.FirstAt));
        }

        if (isFirst && stalls)
        {
            // The next limit can be earlier than the watched one only here. Later outputs move it away, and OnDue watches again
            // when the old limit is due.
            WatchUntil(NextDue);
        }
    }

    /// <summary>(4) Counts an item of the output stream.</summary>
    /// <param name="cause">The step that produced the item.</param>
    /// <param name="at">The time at which it was produced; 0 if unknown.</param>
    public void CountItem(TraceStep cause, long at)
    {
        if (_outputs.IsEmpty || Layer is not null)
        {
            CountOutput(cause.AsOf(at == 0 ? Runtime.Now : at));
        }
        else if (WatchesStalls)
        {
            _deadline.Set(Clock.Next(Runtime.Now));
        }
    }

    /// <summary>Sets whether output waits for the host to read it, which is not a stall of the chain.</summary>
    public void WaitsForHost(bool waits)
    {
        if (waits)
        {
            _deadline.BeginHostWait();
        }
        else
        {
            _deadline.EndHostWait(WatchesStalls ? Clock.Next(Runtime.Now) : null);
        }
    }

    public void Complete(TraceStep last)
    {
        if (IsInTime())
        {
            _outputs.Last = last;
            TryEnd(TurnOutcome.Completed, null);
        }
    }

    /// <summary>
    /// Returns whether the turn is still running. If a limit has passed that the deadline thread, on a busy machine, has not fired yet, the
    /// turn ends here, so late output is never delivered.
    /// </summary>
    public bool IsInTime()
    {
        if (!IsOver && NextDue is var due && due != BudgetClock.Never && Runtime.Now is var now && now > due)
        {
            OnDue(now);
        }

        return !IsOver;
    }

    internal override void OnDue(long now)
    {
        if (IsOver)
        {
            OnDueAfterEnd(now);
            return;
        }

        if (_warnings != BudgetWarnings.None)
        {
            TellWarnings(now);
        }

        (long due, BudgetLimit limit, bool waitsForHost) = _deadline.Look(out long seen);
        while (limit == BudgetLimit.Stall && waitsForHost)
        {
            (long Due, BudgetLimit Limit) next = Clock.Next(now);
            if (_deadline.TryPostpone(seen, next))
            {
                (due, limit) = next;
                break;
            }

            (due, limit, waitsForHost) = _deadline.Look(out seen);
        }

        if (due > now)
        {
            WatchUntil(due);
            return;
        }

        TimeSpan size = Budget.Of(limit) ?? default;
        bool isOwn = size != Runtime.Settings.Budget.Of(limit);
        TryEnd(TurnOutcome.DeadlineExceeded, new TurnDeadlineExceededException(null, limit, size, waitsForHost, isOwn));
    }

    /// <summary>Called for a limit that is due after the turn's end.</summary>
    protected abstract void OnDueAfterEnd(long now);

    /// <summary>Gives the runs of the turn, which is over, their grace.</summary>
    protected abstract void WatchGrace();

    /// <summary>Tells the host that shares of the budget are gone.</summary>
    protected abstract void TellWarnings(long now);

    /// <summary>Tells the warnings that are due.</summary>
    protected void TellWarnings(TurnCore turn, long now) => Runtime.BudgetEvents.TellDue(
        ref _warnings, turn, null, Budget, Math.Max(StartedAt, InputEndedAt), now, FirstOutputAt != 0);

    /// <summary>Watches a limit, and a warning that comes before it.</summary>
    void WatchUntil(long due)
    {
        Runtime.Watcher.Add(this, _warnings == BudgetWarnings.None
            ? due
            : Math.Min(due, Runtime.BudgetEvents.NextAt(_warnings, Budget, Math.Max(StartedAt, InputEndedAt))));
        if (IsOver)
        {
            // The turn ended meanwhile, and this limit can have taken the place of its grace.
            WatchGrace();
        }
    }

    protected double Seconds(long from, long to) => Runtime.Time.GetElapsedTime(from, to).TotalSeconds;

    /// <summary>
    /// The turn's budget, counted from the turn's start or, for live input, from the end of the input; none in a warm-up.
    /// </summary>
    BudgetClock Clock => IsWarmUp || (Runtime.Settings.LiveInput && InputEndedAt == 0)
        ? new(LatencyBudget.None, StartedAt, Runtime.Time.TimestampFrequency)
        : new(Budget, Math.Max(StartedAt, InputEndedAt), Runtime.Time.TimestampFrequency);
}

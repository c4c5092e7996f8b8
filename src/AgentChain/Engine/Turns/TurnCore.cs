using System.Diagnostics;
using AgentChain.Budgets;
using AgentChain.Engine.Deadlines;
using AgentChain.Turns;

namespace AgentChain.Engine.Turns;

/// <summary>
/// One turn: its one outcome, its deadline, its token, its report.
/// <code>
///   Start ──(1) admitted ──(2) head block ── ... ──(4) output ──(5) Completed ─┐
///     │                          │                                            │
///     └─ Rejected                ├─ (3) a block threw ............ Failed      ├─(6) outcome published,
///                                ├─ (3) a deadline passed ........ Deadline-   │     token fired,
///                                │                                 Exceeded    │     place given back
///                                └─ (3) the host or its token .... Interrupted ┘
///                                                                              └─(7) after the grace: runs that
///                                                                                    still work are detached
/// </code>
/// (3), (4) and (5) race; <see cref="TryEnd"/> lets exactly one of them win. From then on every block that looks at
/// <see cref="IsOver"/>, right before its work and right before it hands on, drops what it has.
/// </summary>
abstract class TurnCore : DeadlineEntry, IEndedTurn
{
    // One object for each turn: its parts are mutable structs, so none of these fields may be readonly.
    TurnEnd _end;
    LazyToken _token;
    RunList _runs;
    OutputMarks _outputs;
    CancellationTokenRegistration _caller;
    Activity? _activity;

    /// <summary>The turns beside this one in the chain's list.</summary>
    internal TurnCore? NextInside;
    internal TurnCore? PreviousInside;
    BudgetLimit _nextLimit;
    bool _waitsForHost;

    protected TurnCore(ChainRuntime runtime, TurnId id)
    {
        (Runtime, Id, StartedAt) = (runtime, id, runtime.Now);
        (NextDue, _nextLimit) = Clock.Next(0);
    }

    public ChainRuntime Runtime { get; }

    public TurnId Id { get; }

    public long StartedAt { get; }

    public long EndedAt => _end.At;

    /// <summary>When live input was known to be complete; 0 before, and where the input was there from the start.</summary>
    public long InputEndedAt { get; private set; }

    /// <summary>When the turn's next limit falls due.</summary>
    public long NextDue { get; private set; }

    /// <summary>Whether the turn has ended. The outcome, the error and the time are published with it.</summary>
    public bool IsOver => _end.IsOver;

    public TurnOutcome Outcome => _end.Outcome;

    /// <summary>Whether it is over and did not complete.</summary>
    public bool EndedEarly => IsOver && Outcome != TurnOutcome.Completed;

    /// <summary>Whether a block still runs for it that was not left behind.</summary>
    public bool IsWorking => Unfinished() is not null;

    /// <summary>A run that still works for it and was not left behind; null where there is none.</summary>
    public TraceStep? Unfinished() => _runs.Unfinished();

    public TurnException? Error => _end.Error;

    /// <summary>The hop that made the first output, and the one that made the last.</summary>
    public (TraceStep? First, TraceStep? Last) Outputs => (_outputs.First, _outputs.Last);

    public long FirstOutputAt => _outputs.FirstAt;

    /// <summary>What the layer above keeps for the turn; null where there is none.</summary>
    public virtual ITurnLayer? Layer => null;

    public bool IsTraced => _activity is not null;

    public ActivityContext TraceContext => _activity?.Context ?? default;

    /// <summary>Fires when the turn is over. Made when first asked for.</summary>
    public CancellationToken Token => _token.Get(ref _end);

    /// <summary>(1) Puts the turn under its deadline, its caller's token and its span.</summary>
    public void Begin(CancellationToken callerToken)
    {
        _activity = Runtime.Instruments.StartTurn(Runtime.Name, Id);
        if (NextDue != BudgetClock.Never)
        {
            Runtime.Watcher.Add(this, NextDue);
        }

        if (callerToken.CanBeCanceled)
        {
            _caller = callerToken.UnsafeRegister(
                static (state, token) => ((TurnCore)state!).TryEnd(TurnOutcome.Interrupted, new TurnInterruptedException(token)), this);
            if (IsOver)
            {
                _caller.Unregister();
            }
        }
    }

    public void Interrupt() => TryEnd(TurnOutcome.Interrupted, new TurnInterruptedException());

    /// <summary>What a host gets that waits for the output of a turn that did not complete: where its own token ended the turn, a cancellation by that.</summary>
    public Exception ToException() => Error is TurnInterruptedException { CallerToken: { IsCancellationRequested: true } token }
        ? new OperationCanceledException("The turn was interrupted by its caller's token.", Error, token)
        : Error ?? new TurnInterruptedException();

    /// <summary>
    /// (3) A block threw. A block that obeyed the token of a turn that is over did not fail. What a block throws is wrapped, also the
    /// <see cref="TurnException"/> of another chain that it ran: that chain's outcome is not this one's.
    /// </summary>
    public void Fail(BlockNode node, Exception error)
    {
        if (IsOver)
        {
            return;
        }

        BlockFailedException failure = error is BlockFailedException { RaisedBy: not null } own && ReferenceEquals(own.RaisedBy, node)
            ? own
            : new BlockFailedException(node.Name, error);
        if (TryEnd(TurnOutcome.Failed, failure))
        {
            Runtime.Log.BlockFailed(Runtime.Name, node.Name, Id.Value, error);
        }
    }

    /// <summary>The live input is complete: the budget begins to count.</summary>
    public bool EndInput(long at)
    {
        if (InputEndedAt != 0)
        {
            return false;
        }

        InputEndedAt = Math.Max(1, at);
        (NextDue, _nextLimit) = Clock.Next(0);
        if (NextDue != BudgetClock.Never && !IsOver)
        {
            Runtime.Watcher.Add(this, NextDue);
        }

        return true;
    }

    /// <summary>(4) An output was made; the clock goes on to the next limit.</summary>
    public void CountOutput(TraceStep cause)
    {
        bool isFirst = _outputs.IsEmpty;
        if (isFirst)
        {
            _outputs.Begin(cause, Runtime.Now);
            Runtime.Instruments.FirstOutput(Runtime.Name, Seconds(Math.Max(StartedAt, InputEndedAt), _outputs.FirstAt));
        }

        _outputs.Last = cause;
        bool stalls = Runtime.WatchesStalls;
        if (isFirst || stalls)
        {
            (NextDue, _nextLimit) = Clock.Next(stalls ? Runtime.Now : _outputs.FirstAt);
        }

        if (isFirst && stalls)
        {
            // The one time that the next limit may be sooner than the last; from now on each output moves it away, and
            // the watcher finds that out for itself when the old one falls due.
            Runtime.Watcher.Add(this, NextDue);
        }
    }

    /// <summary>(4) An item of a stream was put out.</summary>
    /// <param name="cause">What made it.</param>
    /// <param name="at">When; 0 where that is not known.</param>
    public void CountItem(TraceStep cause, long at)
    {
        if (_outputs.IsEmpty || Layer is not null)
        {
            CountOutput(cause.AsOf(at == 0 ? Runtime.Now : at));
        }
        else if (Runtime.WatchesStalls)
        {
            (NextDue, _nextLimit) = Clock.Next(Runtime.Now);
        }
    }

    /// <summary>Says whether output waits for the host to take it, which is not the chain's stall.</summary>
    public void WaitsForHost(bool waits)
    {
        _waitsForHost = waits;
        if (!waits && Runtime.WatchesStalls)
        {
            (NextDue, _nextLimit) = Clock.Next(Runtime.Now);
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
    /// Whether the turn goes on. A limit that has passed ends the turn here where the deadline thread, on a busy machine, has not
    /// come to it: output that is late is not put out.
    /// </summary>
    public bool IsInTime()
    {
        if (NextDue != BudgetClock.Never && Runtime.Now is var now && now > NextDue)
        {
            OnDue(now);
        }

        return !IsOver;
    }

    internal override void OnDue(long now)
    {
        if (IsOver)
        {
            return;
        }

        if (_nextLimit == BudgetLimit.Stall && _waitsForHost)
        {
            (NextDue, _nextLimit) = Clock.Next(now);
        }

        if (NextDue > now)
        {
            Runtime.Watcher.Add(this, NextDue);
            return;
        }

        LatencyBudget budget = Runtime.Settings.Budget;
        BudgetLimit limit = _nextLimit;
        TimeSpan size = (limit switch { BudgetLimit.FirstOutput => budget.ToFirst, BudgetLimit.Stall => budget.LongestStall, _ => budget.ToLast }) ?? default;
        TryEnd(TurnOutcome.DeadlineExceeded, new TurnDeadlineExceededException(null, limit, size, _waitsForHost));
    }

    /// <summary>(6) The one place where a turn ends.</summary>
    public bool TryEnd(TurnOutcome outcome, TurnException? error)
    {
        if (!_end.TryClaim())
        {
            return false;
        }

        // In this order: the runs are read after the end is visible, so a run that begins now sees it. The layer ends what is speculative
        // before anything is published, the place goes back before the host can start the next turn, and tokens fire last, because host
        // code hangs on them.
        _end.Publish(outcome, error, Runtime.Now);
        bool working = IsWorking;
        Runtime.Watcher.Remove(this);
        _caller.Unregister();
        Layer?.EndTurn();
        Tell(outcome, error);
        if (!WasRefused)
        {
            if (working)
            {
                Runtime.Quiet.Leaving(this);
            }

            Runtime.Leave(this);
            if (outcome != TurnOutcome.Completed)
            {
                Runtime.RemoveOver();
            }
        }

        Publish();
        StopRuns(working);
        if (!WasRefused)
        {
            Runtime.Left();
        }

        return true;
    }

    /// <summary>Whether the turn was never let in, or waits to be, and so has no place to give back.</summary>
    public bool WasRefused { get; set; }

    /// <summary>Puts a run of a block into the turn's list, for the report and for the end.</summary>
    public void BeginRun(TraceStep run) => _runs.Add(run);

    /// <summary>Where a run is folded into that is not kept.</summary>
    public SpanFold FoldOf(TraceStep run) => _runs.Fold().Of(run);

    /// <summary>Gives a run that began while the turn ended its own grace.</summary>
    public void GraceFor(TraceStep run) => Runtime.Watcher.Add(new GraceEnd(run), Runtime.AfterGrace(Runtime.Now));

    /// <summary>Makes the result known to the host. Continuations do not run here.</summary>
    protected abstract void Publish();

    TurnReport IEndedTurn.MakeReport() => Runtime.Settings.Report(this);

    /// <summary>The run that was added last; the earlier ones follow.</summary>
    public TraceStep? LatestRun => _runs.Latest;

    /// <summary>The runs that are no longer kept one by one; null where there are none.</summary>
    public FoldedRuns? FoldedRuns => _runs.Folded;

    /// <summary>Waits until nothing works for the turn any more, once it has ended.</summary>
    protected async Task<TurnQuiescence> WhenQuiescentAsync(Task<TurnResult> completion)
    {
        HostThread.Leave();
        await completion;
        await Runtime.Quiet.WaitAsync(this);
        return Runtime.Quiet.Report(this, _runs.Latest);
    }

    /// <summary>The chain's budget, from the turn's start; where input is live, from its end.</summary>
    BudgetClock Clock => Runtime.Settings.LiveInput && InputEndedAt == 0
        ? new(LatencyBudget.None, StartedAt, Runtime.Time.TimestampFrequency)
        : new(Runtime.Settings.Budget, Math.Max(StartedAt, InputEndedAt), Runtime.Time.TimestampFrequency);

    void Tell(TurnOutcome outcome, TurnException? error)
    {
        double seconds = Seconds(StartedAt, EndedAt);
        Runtime.Instruments.TurnEnded(Runtime.Name, seconds, outcome, error, _activity);
        if (outcome != TurnOutcome.Completed)
        {
            Runtime.Log.TurnNotCompleted(Runtime.Name, Id.Value, outcome, error?.Block, seconds * 1000);
        }
    }

    void StopRuns(bool working)
    {
        CancellationTokenSource? source = _token.Source;
        if (source is not null && (working || Outcome != TurnOutcome.Completed))
        {
            Runtime.Watcher.Cancel(source);
        }

        if (working)
        {
            Runtime.Watcher.Add(new GraceEnd(this), Runtime.AfterGrace(EndedAt));
        }
    }

    /// <summary>The names of the blocks that run for it.</summary>
    public IEnumerable<string> Working()
    {
        for (TraceStep? run = _runs.Latest; run is not null; run = run.Earlier)
        {
            if (run.IsRunning)
            {
                yield return run.Node.Name;
            }
        }
    }

    double Seconds(long from, long to) => Runtime.Time.GetElapsedTime(from, to).TotalSeconds;
}

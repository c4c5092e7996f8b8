using System.Diagnostics;
using AgentChain.Budgets;
using AgentChain.Engine.Deadlines;
using AgentChain.Forecasts;
using AgentChain.Turns;

namespace AgentChain.Engine.Turns;

/// <summary>
/// One turn: its single outcome, its deadline, its token and its report.
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
/// (3), (4) and (5) race; exactly one of them wins in <see cref="TryEnd"/>. Every block checks <see cref="IsOver"/> right before it works
/// and right before it hands on, and then drops its value.
/// </summary>
abstract class TurnCore : TimedTurn, IEndedTurn, IFinishes
{
    // One object for each turn: its parts are mutable structs, so none of these fields may be readonly.
    TurnEnd _end;
    LazyToken _token;
    RunList _runs;
    CancellationTokenRegistration _caller;
    Activity? _activity;

    /// <summary>The neighbors of this turn in the chain's list.</summary>
    internal TurnCore? NextInside;
    internal TurnCore? PreviousInside;

    protected TurnCore(ChainRuntime runtime, TurnId id)
        : base(runtime) => Id = id;

    public TurnId Id { get; }

    public long EndedAt => _end.At;

    /// <summary>Whether the turn has ended. The outcome, the error and the time are published with it.</summary>
    public sealed override bool IsOver => _end.IsOver;

    public TurnOutcome Outcome => _end.Outcome;

    /// <summary>Whether the turn ended without completing.</summary>
    public bool EndedEarly => IsOver && Outcome != TurnOutcome.Completed;

    /// <summary>Whether a block still runs for the turn and was not detached.</summary>
    public bool IsWorking => Unfinished() is not null;

    /// <summary>Returns a run that still works for the turn and was not detached; null if there is none.</summary>
    public TraceStep? Unfinished() => _runs.Unfinished();

    public TurnException? Error => _end.Error;

    public bool IsTraced => _activity is not null;

    public ActivityContext TraceContext => _activity?.Context ?? default;

    /// <summary>A token that is canceled when the turn is over. Created on first use.</summary>
    public CancellationToken Token => _token.Get(ref _end);

    /// <summary>(1) Starts the turn's deadline and span, and registers with its caller's token.</summary>
    public void Begin(CancellationToken callerToken)
    {
        _activity = Runtime.Instruments.StartTurn(Runtime.Name, Id);
        if (NextDue != BudgetClock.Never)
        {
            Watch();
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

    /// <summary>
    /// Returns the exception for a host that waits for the output of a turn that did not complete: an
    /// <see cref="OperationCanceledException"/> if the caller's own token ended the turn; otherwise, the turn's error.
    /// </summary>
    public Exception ToException() => Error is TurnInterruptedException { CallerToken: { IsCancellationRequested: true } token }
        ? new OperationCanceledException("The turn was interrupted by its caller's token.", Error, token)
        : Error ?? new TurnInterruptedException();

    /// <summary>
    /// (3) Ends the turn because a block threw. Does nothing if the turn is over: the block may only have respected its cancellation token.
    /// The exception is wrapped, even if it is the <see cref="TurnException"/> of another chain that the block ran: that chain's outcome is
    /// not this turn's.
    /// </summary>
    public void Fail(BlockNode node, Exception error)
    {
        if (IsOver)
        {
            return;
        }

        if (error is BlockOverrunException overrun && node.Settings.Overrun == OverrunAction.Cancel)
        {
            TryEnd(TurnOutcome.DeadlineExceeded, new TurnDeadlineExceededException(node.Name, overrun));
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

    /// <summary>(6) Ends the turn; false if another end came first. This is the only place where a turn ends.</summary>
    public sealed override bool TryEnd(TurnOutcome outcome, TurnException? error)
    {
        if (!_end.TryClaim())
        {
            return false;
        }

        // The order of the steps matters. The end is visible before the runs are read, so a run that begins now sees the end or is seen.
        _end.Publish(outcome, error, Runtime.Now);
        bool working = IsWorking;
        Runtime.Watcher.Remove(this);
        _caller.Unregister();

        // Before the result is published: a host that sees the result finds the account, the metrics and the log complete.
        EndParts();
        Tell(outcome, error);
        if (!WasRefused)
        {
            // The place is returned before the result is published, so a host can start its next turn as soon as it sees the result.
            // The tracker knows the turn before that, so disposal, which waits for an empty chain and then for the tracker, misses no run.
            if (working)
            {
                Runtime.Quiet.Leaving(this);
            }

            Runtime.Leave(this);
        }

        if (outcome == TurnOutcome.Completed || !Runtime.Watcher.TryFinishLater(this))
        {
            if (outcome != TurnOutcome.Completed && !WasRefused)
            {
                Runtime.RemoveOver();
            }

            Finish(working);
        }

        return true;
    }

    void IFinishes.Finish() => Finish(IsWorking);

    void Finish(bool working)
    {
        Publish();

        // The token is canceled after all else, because host code is registered with it. Left follows Publish, so a drain that completes
        // finds every result published.
        StopRuns(working);
        if (!WasRefused)
        {
            Runtime.Left();
        }
    }

    /// <summary>Adds a run of a block to the turn's list, for the report and for the end.</summary>
    public void BeginRun(TraceStep run) => _runs.Add(run);

    /// <summary>Returns the fold for a run that is not kept.</summary>
    public SpanFold FoldOf(TraceStep run) => _runs.Fold().Of(run);

    /// <summary>Starts a grace period for one run, after which it is detached.</summary>
    public void GraceFor(TraceStep run) => Runtime.Watcher.Add(new GraceEnd(run), Runtime.AfterGrace(Runtime.Now));

    protected sealed override void TellWarnings(long now) => TellWarnings(this, now);

    /// <summary>Publishes the result to the host. Continuations run inline only in virtual time.</summary>
    protected abstract void Publish();

    TurnReport IEndedTurn.MakeReport() => Runtime.Settings.Report(this);

    /// <summary>The run that was added last; it links to the earlier ones.</summary>
    public TraceStep? LatestRun => _runs.Latest;

    /// <summary>The runs that are no longer kept individually; null if there are none.</summary>
    public FoldedRuns? FoldedRuns => _runs.Folded;

    /// <summary>What happened inside the turn's blocks; null if no block reported any.</summary>
    public InnerWorks? Inner => _runs.Folded?.Inner;

    /// <summary>What happened inside the turn's blocks, created on first use.</summary>
    public InnerWorks InnerOrNew => _runs.Fold().InnerOf(this);

    /// <summary>What the turn's input tells about its blocks; null for nothing. Set before the first block.</summary>
    public TurnForecast? Forecast
    {
        get => _runs.Folded?.Forecast;
        set => _runs.Fold().Forecast = value;
    }

    /// <summary>When what was produced has been played; null if there is nothing to play yet.</summary>
    public PlaybackClock? Playback => _runs.Folded?.Playback;

    /// <summary>The clock of what is played, created with the first item.</summary>
    public PlaybackClock PlaybackOrNew => _runs.Fold().PlaybackOrNew();

    /// <summary>The use of models; null if no block reported any.</summary>
    public ModelUses? Uses => _runs.Folded?.Uses;

    /// <summary>The use of models, created on first use.</summary>
    public ModelUses UsesOrNew => _runs.Fold().UsesOf(this);

    /// <summary>Waits until the turn has ended and no block works for it any more.</summary>
    protected async Task<TurnQuiescence> WhenQuiescentAsync(Task<TurnResult> completion)
    {
        HostThread.Leave();
        await completion;
        await Runtime.Quiet.WaitAsync(this);
        return Runtime.Quiet.Report(this, _runs.Latest);
    }

    /// <summary>
    /// Ends the speculation and the inner work of the turn. Never throws: the turn must give its place back and be published.
    /// </summary>
    void EndParts()
    {
        Forecast?.End(FirstOutputAt > 0 || Outcome == TurnOutcome.Completed ? true
            : Outcome is TurnOutcome.DeadlineExceeded or TurnOutcome.Rejected ? false : null);
        try
        {
            Layer?.EndTurn();
        }
        catch (Exception fault)
        {
            Runtime.Log.EndFaulted(Runtime.Name, Id.Value, "speculation", fault);
        }

        try
        {
            Inner?.EndTurn();
        }
        catch (Exception fault)
        {
            Runtime.Log.EndFaulted(Runtime.Name, Id.Value, "inner work", fault);
        }
    }

    void Tell(TurnOutcome outcome, TurnException? error)
    {
        double seconds = Seconds(StartedAt, EndedAt);
        Runtime.Instruments.TurnEnded(Runtime.Name, seconds, outcome, error, _activity, IsWarmUp);
        if (error is TurnDeadlineExceededException { Block: null } late)
        {
            Runtime.BudgetEvents.TellExceeded(this, null, late.Limit, late.Budget, Math.Max(StartedAt, InputEndedAt));
        }

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
            WatchGrace();
        }
    }

    /// <summary>Gives the runs of the turn, which is over, their grace. The turn has no other deadline any more.</summary>
    protected sealed override void WatchGrace()
    {
        if (IsWorking)
        {
            Runtime.Watcher.Add(this, Runtime.AfterGrace(EndedAt));
        }
    }

    /// <summary>Ends the grace of the turn's runs, and detaches those that still work.</summary>
    protected sealed override void OnDueAfterEnd(long now)
    {
        if (now < Runtime.AfterGrace(EndedAt))
        {
            // A limit that was due when the turn ended, or was set in that instant.
            WatchGrace();
            return;
        }

        while (Unfinished() is { } run)
        {
            run.Detach();
        }
    }

    /// <summary>Returns the names of the blocks that run for the turn.</summary>
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
}

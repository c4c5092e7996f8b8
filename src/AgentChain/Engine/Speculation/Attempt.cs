using AgentChain.Blocks;
using AgentChain.Engine.Deadlines;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// One run of a block, kept by the block's gate, and the scope of that run. It can begin before its input is final:
/// <code>
///   hypothesis ──(1) controller says start──> Running ──(3) output──> Held
///                                               │                      │
///   final value ──(2) nothing to adopt ──> Running, committed          │
///                                               │                      │
///   a value with an equal key ──(4) adopted: output continues there ───┤
///   a final one ───────────────(5) committed: its budget counts, it can fail the turn
///   another value, or no more can arrive ──(6) terminated: its token is canceled, its device is freed
/// </code>
/// Its output continues in one context at a time, the latest: if a value with an equal key arrives in another context, the output is sent
/// again from there. A re-sent output is recomputed by fused blocks and deduplicated by the next gate.
/// </summary>
/// <remarks>
/// A <see cref="SpeculativeRun"/> keeps its state, as a child of that of the upstream attempt. All transitions happen under the lock of the
/// turn's speculation, which defers the actions that follow from them.
/// </remarks>
abstract class Attempt : IWorkScope
{
    readonly TurnSpeculation _speculation;
    readonly Baggage? _startBaggage;
    readonly Machine _machine;
    readonly CarriedReads _reads = new();
    CancellationTokenSource? _own;
    CancellationTokenRegistration _outerEnd;
    CommitWaiters _committed;
    long _worked;
    IdleTime _idle;
    bool _isWorking, _isFaulted, _isGivenUp;
    bool _isInQuestion = true, _wasTold;
    volatile bool _isTerminated;
    volatile bool _isCertain;

    protected Attempt(SpeculationGate gate, TurnSpeculation speculation, GateContext context, bool isCertain)
    {
        (Gate, _speculation, Context, _startBaggage) = (gate, speculation, context, context.Baggage);
        RunNumber = gate.Runtime.NextRun();
        WasSpeculative = !isCertain;
        _isCertain = isCertain;
        Upstream = SpeculativeStep.LatestAttempt(context.Cause);
        _machine = new Machine(this, Parent);
        _machine.Start();
        if (isCertain)
        {
            _machine.Adopt(null);
            _machine.Confirm();
        }
        else
        {
            _own = CancellationTokenSource.CreateLinkedTokenSource(context.Turn.Token);
        }
    }

    public SpeculationGate Gate { get; }

    /// <summary>The speculation of the turn, whose lock guards every transition.</summary>
    protected TurnSpeculation Speculation => _speculation;

    /// <summary>The run's number, unique in the chain.</summary>
    public long RunNumber { get; }

    /// <summary>Whether it began before its input was final.</summary>
    public bool WasSpeculative { get; }

    public SpeculationState State => _machine.State;

    /// <summary>The context in which its output continues.</summary>
    public GateContext Context { get; private set; }

    /// <summary>The upstream attempt that produced its input; null if there is none.</summary>
    public Attempt? Upstream { get; private set; }

    /// <summary>The block's run, once it has begun.</summary>
    public BlockRun? Run { get; private set; }

    /// <summary>The time at which its input became final, if that was after it began; otherwise, 0.</summary>
    public long CertainAt { get; private set; }

    public bool IsTerminated => _isTerminated;

    public bool IsDecided => _isTerminated || _isCertain;

    public SpanNotes Notes =>
        !WasSpeculative ? SpanNotes.None : _isTerminated ? SpanNotes.Speculative | SpanNotes.Terminated : SpanNotes.Speculative;

    public bool IsCertain => _isCertain;

    /// <summary>Whether its output is still to come, and no hypothesis of it is in flight.</summary>
    public bool IsAwaited => !_isTerminated && !HasOutput && Hypotheses.Count == 0 && !Context.IsGone;

    /// <summary>Whether a value with an equal key can adopt it.</summary>
    public bool Stands => !_isTerminated && !_isFaulted;

    /// <summary>The hypotheses of its output that are in flight.</summary>
    public List<HypothesisScope> Hypotheses { get; } = [];

    /// <summary>Whether its whole output is available.</summary>
    public abstract bool HasOutput { get; }

    public bool IsGone => _isTerminated || (_isCertain && Context.Scope is { IsGone: true });

    public bool IsUncommitted => !_isCertain;

    public CancellationToken InnerToken => _own?.Token ?? Context.Scope?.InnerToken ?? Context.Turn.Token;

    public long DueAt => _isCertain ? Context.Scope?.DueAt ?? long.MaxValue : long.MaxValue;

    public IWorkScope? Hypothesis => _isCertain ? null : Context.Scope?.Hypothesis;

    public (long From, long Until) Idle => _idle.Span;

    public void WasIdle(long from, long until) => _idle.Add(from, until);

    /// <summary>Returns how long it has worked so far, in ticks of the chain's clock.</summary>
    public long Worked(long now) => _worked + (_isWorking && Run is { } run ? IdleTime.WorkBetween(Idle, run.RunningAt, now) : 0);

    public bool TryFault(Exception error)
    {
        using (_speculation.Enter())
        {
            if (_isCertain || _isTerminated)
            {
                // If it was committed meanwhile, the error belongs to the turn. If it was terminated, the error is dropped.
                return _isTerminated;
            }

            _isFaulted = true;
            _speculation.Fault(error);
            Terminate();
            _speculation.Sweep();
        }

        return true;
    }

    /// <summary>Terminates the attempt unless its input is final. It cannot be adopted any more.</summary>
    public void Withdraw() => TryFault(new OperationCanceledException());

    /// <summary>Reads a carried value for the block and records it: work that read another value is not reused.</summary>
    public T? Read<T>(TurnKey<T> key, Baggage? run)
    {
        T? value = default;
        if (run is not null && run.TryFindSince(key, _startBaggage, out value))
        {
            return value;
        }

        using (_speculation.Enter())
        {
            if (Context.Baggage is { } baggage)
            {
                value = baggage.Find(key);
            }

            if (!_isCertain)
            {
                _reads.Add(key, value);
            }
        }

        return value;
    }

    /// <summary>Whether the block would have read the same values in another context.</summary>
    public bool ReadsAlike(GateContext context)
    {
        try
        {
            return ReferenceEquals(context.Baggage, Context.Baggage) || _reads.AreSame(context.Baggage);
        }
        catch (Exception error)
        {
            Gate.Runtime.Log.ComparisonFailed(Gate.Runtime.Name, Gate.Node.Name, error.GetType().FullName);
            return false;
        }
    }

    /// <summary>Returns the baggage downstream of the block: that of its current input, plus the values that the block added.</summary>
    public Baggage? BaggageBehind(TraceStep made) => Baggage.Merge(Context.Baggage, made.Baggage, _startBaggage);

    public ValueTask WhenCommitted(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiting;
        using (_speculation.Enter())
        {
            if (_isCertain)
            {
                return default;
            }

            waiting = _committed.Add();
        }

        return new ValueTask(CommitWaiters.WaitAsync(waiting, cancellationToken));
    }

    /// <summary>Records that the block's run has begun; returns whether its budget counts from now on.</summary>
    public bool BlockStarted(TraceStep run)
    {
        using (_speculation.Enter())
        {
            (Run, _isWorking) = ((BlockRun)run, true);
            return _isCertain;
        }
    }

    /// <summary>Records that the block's run has ended, in whatever way.</summary>
    public void BlockEnded(TraceStep run, long now, bool finished)
    {
        using (_speculation.Enter())
        {
            if (!ReferenceEquals(Run, run) || !_isWorking)
            {
                return;
            }

            long worked = IdleTime.WorkBetween(Idle, Math.Min(run.RunningAt, now), now);
            (_worked, _isWorking) = (_worked + worked, false);
            if (finished && !_isTerminated && !_isFaulted)
            {
                Gate.Work.Add(worked);
            }

            if (_isTerminated || _isCertain)
            {
                _speculation.AccountFor(this, worked);
            }
        }

        TellIfGivenUp();
    }

    /// <summary>(3) Records that the whole output is available.</summary>
    protected void Hold() => _machine.Hold();

    /// <summary>(4) Moves the output to another context.</summary>
    public virtual void Adopt(GateContext context)
    {
        Context = context;
        Upstream = SpeculativeStep.LatestAttempt(context.Cause);
        _isInQuestion = true;
        _machine.Adopt(context.IsUncommitted ? Parent : null);
    }

    /// <summary>Moves the attempts on this one's output to its replacement, at gates where such work is often reused.</summary>
    public void HandOverTo(Attempt? successor) =>
        _machine.HandOver(successor?._machine, static child => ((Machine)child).Attempt.Gate.Salvage.IsLikely);

    /// <summary>Learns from a value that arrived after the upstream run was repeated, once for each input of this attempt.</summary>
    public void LearnSalvage(Attempt? upstream, bool stood)
    {
        if (_isInQuestion && Context.IsGone && upstream is not null && Upstream is not null && !ReferenceEquals(upstream, Upstream))
        {
            _isInQuestion = false;
            Gate.Salvage.Add(stood);
        }
    }

    /// <summary>(5) Commits the attempt, because its input is final.</summary>
    public void Commit(GateContext context)
    {
        Adopt(context);
        CertainAt = context.At;
        _isCertain = true;
        _machine.Confirm();
        _speculation.Committed(this);
        if (!_isWorking)
        {
            _speculation.AccountFor(this, _worked);
        }

        if (_own is { } own && context.Scope is { } scope && scope.InnerToken is { CanBeCanceled: true } outer)
        {
            _speculation.Do(
                () => _outerEnd = outer.UnsafeRegister(
                    static source => DeadlineWatcher.CancelInPlace((CancellationTokenSource)source!), own));
        }

        _committed.Release(_speculation);

        if (_isWorking && Run is { } run)
        {
            _speculation.Do(run.WatchBudget);
        }
    }

    /// <summary>(6) Discards the work. Does nothing if it was committed or terminated before.</summary>
    public void Terminate()
    {
        if (_machine.Terminate())
        {
            _speculation.EndFallen();
        }
    }

    /// <summary>Performs the consequences of the termination.</summary>
    public void End()
    {
        _isTerminated = true;
        SupersedeHypotheses();
        _speculation.Terminated(this);
        if (!_isWorking)
        {
            _speculation.AccountFor(this, _worked);
        }
        else if (Run is { } run && !Context.Turn.IsOver)
        {
            _speculation.Do(() => Context.Turn.GraceFor(run));
        }

        if (!_speculation.IsOver)
        {
            // At its end, the turn does this itself, and cancels where callbacks can run: not on the deadline thread.
            _speculation.Cancel(_own!);
            _speculation.Do(Gate.Runtime.RemoveOver);
        }

        Closed();
        GiveUp();
    }

    /// <summary>Notifies the block, once the run has ended, that it was discarded, unless it was notified of a commit before.</summary>
    public void GiveUp()
    {
        if (Gate.Hooks is not null && !_wasTold)
        {
            _isGivenUp = true;
            _speculation.Do(TellIfGivenUp);
        }
    }

    /// <summary>Claims to notify the block of the commit; false if the block was notified before or has no hooks.</summary>
    public bool ClaimTelling()
    {
        using (_speculation.Enter())
        {
            if (Gate.Hooks is null || _wasTold || !_isCertain)
            {
                return false;
            }

            return _wasTold = true;
        }
    }

    void TellIfGivenUp()
    {
        using (_speculation.Enter())
        {
            if (!_isGivenUp || _isWorking || _wasTold || Run is null)
            {
                return;
            }

            _wasTold = true;
        }

        _ = CommitHookInvocation.TerminatedAsync(this);
    }

    public void SupersedeHypotheses()
    {
        foreach (HypothesisScope hypothesis in Hypotheses)
        {
            hypothesis.Supersede(_speculation);
        }

        Hypotheses.Clear();
    }

    Machine? Parent => Upstream is { _isTerminated: false } parent ? parent._machine : null;

    /// <summary>Releases the waits for the output.</summary>
    protected virtual void Closed()
    {
    }

    sealed class Machine(Attempt attempt, SpeculativeRun? parent) : SpeculativeRun(parent)
    {
        public Attempt Attempt => attempt;

        protected override void OnChanged(SpeculationState state)
        {
            if (state == SpeculationState.Terminated)
            {
                attempt._speculation.Fell(attempt);
            }
        }
    }
}

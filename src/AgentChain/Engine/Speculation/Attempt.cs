using AgentChain.Blocks;
using AgentChain.Engine.Deadlines;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// One run of a block, kept by the gate around it, and the scope of that run. It may begin before its input is certain:
/// <code>
///   hypothesis ──(1) controller says start──> Running ──(3) output──> Held
///                                               │                      │
///   final value ──(2) nothing to adopt ──> Running, committed          │
///                                               │                      │
///   a value with an equal key ──(4) adopted: its output goes on there ─┤
///   a certain one ─────────────(5) committed: its budget counts, it may fail the turn
///   another value, or nothing more can come ──(6) terminated: its token fires, its device is freed
/// </code>
/// Its output goes on in one context at a time, the latest: when a value with an equal key comes in another, it is sent once more
/// from there. What a gate sends twice, cheap fused blocks make twice, and the next gate recognizes.
/// </summary>
/// <remarks>
/// Its state is kept by a <see cref="SpeculativeRun"/>, below that of the run from whose output its value came. All transitions are made
/// under the ledger's lock; what follows from them is left to an <see cref="DeferredActions"/>.
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
    bool _isWorking;
    bool _isFaulted;
    bool _isGivenUp;
    bool _isInQuestion = true;
    bool _wasTold;
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

    /// <summary>Whether it began before its input was certain.</summary>
    public bool WasSpeculative { get; }

    public SpeculationState State => _machine.State;

    /// <summary>Where its output goes on.</summary>
    public GateContext Context { get; private set; }

    /// <summary>The run in front from whose output its value came; null where there is none.</summary>
    public Attempt? Upstream { get; private set; }

    /// <summary>The block's run, once it has begun.</summary>
    public BlockRun? Run { get; private set; }

    /// <summary>When its input was certain, where that was after it began; 0 otherwise.</summary>
    public long CertainAt { get; private set; }

    public bool IsTerminated => _isTerminated;

    public bool IsDecided => _isTerminated || _isCertain;

    public SpanNotes Notes => !WasSpeculative ? SpanNotes.None : _isTerminated ? SpanNotes.Speculative | SpanNotes.Terminated : SpanNotes.Speculative;

    public bool IsCertain => _isCertain;

    /// <summary>Whether its output is still to come, and no hypothesis of it is on its way.</summary>
    public bool IsAwaited => !_isTerminated && !HasOutput && Hypotheses.Count == 0 && !Context.IsGone;

    /// <summary>Whether it may be adopted by a value with an equal key.</summary>
    public bool Stands => !_isTerminated && !_isFaulted;

    /// <summary>The hypotheses of its output that are on their way.</summary>
    public List<HypothesisScope> Hypotheses { get; } = [];

    /// <summary>Whether the whole of its output is there.</summary>
    public abstract bool HasOutput { get; }

    public bool IsGone => _isTerminated || (_isCertain && Context.Scope is { IsGone: true });

    public bool IsUncommitted => !_isCertain;

    public CancellationToken InnerToken => _own?.Token ?? Context.Scope?.InnerToken ?? Context.Turn.Token;

    public long DueAt => _isCertain ? Context.Scope?.DueAt ?? long.MaxValue : long.MaxValue;

    public IWorkScope? Hypothesis => _isCertain ? null : Context.Scope?.Hypothesis;

    /// <summary>How long it has worked so far.</summary>
    public long Worked(long now) => _isWorking && Run is { } run && run.RunningAt < now ? _worked + (now - run.RunningAt) : _worked;

    public bool TryFault(Exception error)
    {
        using (_speculation.Enter())
        {
            if (_isCertain || _isTerminated)
            {
                // Committed in the meantime: the error belongs to the turn. Terminated: to no one.
                return _isTerminated;
            }

            _isFaulted = true;
            _speculation.Fault(error);
            Terminate();
            _speculation.Sweep();
        }

        return true;
    }

    /// <summary>Gives the run up where it is not certain; it is not adopted either.</summary>
    public void Withdraw() => TryFault(new OperationCanceledException());

    /// <summary>Reads a carried value for the block, and remembers what it saw: work that saw another value does not stand.</summary>
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

    /// <summary>Whether the block would have read the same in another context.</summary>
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

    /// <summary>What is carried behind the block: what its input carries where it goes on, and what the block added.</summary>
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

    /// <summary>The block's run has begun; says whether its budget counts from now.</summary>
    public bool BlockStarted(TraceStep run)
    {
        using (_speculation.Enter())
        {
            (Run, _isWorking) = ((BlockRun)run, true);
            return _isCertain;
        }
    }

    /// <summary>The block's run has ended, whichever way.</summary>
    public void BlockEnded(TraceStep run, long now, bool finished)
    {
        using (_speculation.Enter())
        {
            if (!ReferenceEquals(Run, run) || !_isWorking)
            {
                return;
            }

            long worked = Math.Max(0, now - Math.Min(run.RunningAt, now));
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

    /// <summary>(3) The whole of the output is there.</summary>
    protected void Hold() => _machine.Hold();

    /// <summary>(4) The output goes on elsewhere from now.</summary>
    public virtual void Adopt(GateContext context)
    {
        Context = context;
        Upstream = SpeculativeStep.LatestAttempt(context.Cause);
        _isInQuestion = true;
        _machine.Adopt(context.IsUncommitted ? Parent : null);
    }

    /// <summary>Another run takes this one's place; what was begun on this one's output may still stand on the other's, where it often does.</summary>
    public void HandOverTo(Attempt? successor) =>
        _machine.HandOver(successor?._machine, static child => ((Machine)child).Attempt.Gate.Salvage.IsLikely);

    /// <summary>Learns from a value that came after the run in front had to be made again. Each value this rested on teaches once.</summary>
    public void LearnSalvage(Attempt? upstream, bool stood)
    {
        if (_isInQuestion && Context.IsGone && upstream is not null && Upstream is not null && !ReferenceEquals(upstream, Upstream))
        {
            _isInQuestion = false;
            Gate.Salvage.Add(stood);
        }
    }

    /// <summary>(5) The input is certain.</summary>
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
            _speculation.Do(() => _outerEnd = outer.UnsafeRegister(static source => DeadlineWatcher.CancelInPlace((CancellationTokenSource)source!), own));
        }

        _committed.Release(_speculation);

        if (_isWorking && Run is { } run)
        {
            _speculation.Do(run.WatchBudget);
        }
    }

    /// <summary>(6) The work is in vain; does nothing where it was committed or terminated before.</summary>
    public void Terminate()
    {
        if (_machine.Terminate())
        {
            _speculation.EndFallen();
        }
    }

    /// <summary>What follows from its termination.</summary>
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
            // At the turn's end its own token does this, and where that may happen: not on the deadline thread.
            _speculation.Cancel(_own!);
            _speculation.Do(Gate.Runtime.RemoveOver);
        }

        Closed();
        GiveUp();
    }

    /// <summary>Nothing will come of the run: once it has ended, the block is told, unless it was told before that the run stands.</summary>
    public void GiveUp()
    {
        if (Gate.Hooks is not null && !_wasTold)
        {
            _isGivenUp = true;
            _speculation.Do(TellIfGivenUp);
        }
    }

    /// <summary>Claims to tell the block that its run stands; false where it was told before, or where there is nobody to tell.</summary>
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

        CommitHookInvocation.Terminated(this);
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

    /// <summary>Lets go of whoever waits for the output.</summary>
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

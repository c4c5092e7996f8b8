using System.Diagnostics;
using AgentChain.Diagnostics;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// The speculation of one turn: the state of each gate, the open attempts, and the account. One lock guards all of it.
/// <code>
///   using (speculation.Enter())      the lock is taken
///   {
///       attempt.Commit(context);     changes state; its consequences are deferred (Do, Cancel)
///   }                                the lock is released, then the deferred actions run
/// </code>
/// The owner of the lock also owns these consequences, so no caller can forget an action or run one under the lock. Of the host's code,
/// only the controller, the equality of keys and carried values, the devices' load and telemetry listeners run under the lock; they must
/// be quick.
/// </summary>
sealed class TurnSpeculation(TurnCore turn, SpeculationPlan plan) : ITurnLayer
{
    /// <summary>The number of decisions in the account. Only a bound on memory.</summary>
    const int MaxDecisions = 256;

    readonly List<Attempt> _open = [];
    readonly Queue<Attempt> _fallen = [];
    readonly Queue<SpeculationResolution> _decisions = [];
    GateState?[] _states = new GateState?[plan.Gates.Count];
    int _started;
    int _committed;
    int _terminated;
    int _prefills;
    int _faults;
    long _wasted;
    long _useful;
    long _prefilling;
    readonly Lock _lock = new();
    DeferredActions _deferred;
    int _depth;
    bool _isOver;

    /// <summary>Enters the critical section. May be nested: the deferred actions run when the outermost section ends.</summary>
    public Section Enter()
    {
        _lock.Enter();
        _depth++;
        return new Section(this);
    }

    /// <summary>Defers an action to the end of the critical section, which the caller must be in.</summary>
    public void Do(Action action)
    {
        AssertEntered();
        _deferred.Do(action);
    }

    /// <summary>Defers the cancellation of a source to the end of the critical section, which the caller must be in.</summary>
    public void Cancel(CancellationTokenSource source)
    {
        AssertEntered();
        _deferred.Cancel(source);
    }

    /// <summary>Whether the calling thread is in a critical section.</summary>
    public bool IsEntered => _lock.IsHeldByCurrentThread;

    /// <summary>Checks, in debug builds, that the caller is in the critical section.</summary>
    [Conditional("DEBUG")]
    public void AssertEntered() => Debug.Assert(IsEntered, "The lock of the turn's speculation is not held.");

    /// <summary>The waste budget of the turn's conversation; null for no limit.</summary>
    public WasteBudget? Waste { get; set; } = plan.Waste;

    /// <summary>Returns the state of a gate in this turn, created on first use. In the critical section.</summary>
    public T StateOf<T>(SpeculationGate gate)
        where T : GateState, new()
    {
        AssertEntered();
        return (T)(_states[gate.Index] ??= new T());
    }

    /// <summary>Notes that an attempt was terminated, by itself or with the attempt whose output it used.</summary>
    public void Fell(Attempt attempt)
    {
        AssertEntered();
        _fallen.Enqueue(attempt);
    }

    /// <summary>Ends the attempts that were terminated. In the critical section.</summary>
    public void EndFallen()
    {
        AssertEntered();
        while (_fallen.TryDequeue(out Attempt? attempt))
        {
            attempt.End();
        }
    }

    /// <summary>Counts a speculation that was started.</summary>
    public void Started(Attempt attempt)
    {
        AssertEntered();
        _started++;
        _open.Add(attempt);
        Count(turn.Runtime.Instruments.SpeculationsStarted, attempt);
    }

    public void Committed(Attempt attempt)
    {
        AssertEntered();
        _committed++;
        _open.Remove(attempt);
        Count(turn.Runtime.Instruments.SpeculationsCommitted, attempt);
    }

    public void Terminated(Attempt attempt)
    {
        AssertEntered();
        _terminated++;
        _open.Remove(attempt);
        Count(turn.Runtime.Instruments.SpeculationsTerminated, attempt);
    }

    public void Prefilled(SpeculationGate gate, long worked)
    {
        using (Enter())
        {
            _prefills++;
            _prefilling += worked;
            gate.PrefillWork.Add(worked);
        }
    }

    public void Fault(Exception error)
    {
        AssertEntered();
        if (error is not OperationCanceledException)
        {
            _faults++;
        }
    }

    /// <summary>Counts an exception of work on a hypothesis. The turn continues without that work.</summary>
    public void CountFault(Exception error)
    {
        using (Enter())
        {
            Fault(error);
        }
    }

    /// <summary>Adds the working time of a run to the account, once it is known whether the run was useful.</summary>
    public void AccountFor(Attempt attempt, long worked)
    {
        AssertEntered();
        if (attempt.Gate.Node.Settings.LiveInput)
        {
            // The block listened: the time is that of the user's speech, not of work.
            return;
        }

        TimeSpan time = turn.Runtime.Time.GetElapsedTime(0, worked);
        if (attempt.IsTerminated)
        {
            _wasted += worked;
            if (!turn.IsWarmUp)
            {
                Waste?.Spend(time);
                turn.Runtime.Instruments.SpeculationWasted.Add(time.TotalSeconds, attempt.Gate.Tags);
            }
        }
        else
        {
            _useful += worked;
            if (!turn.IsWarmUp)
            {
                Waste?.Earn(time);
            }
        }
    }

    public void Decided(in SpeculationResolution resolution)
    {
        if (_decisions.Count == MaxDecisions)
        {
            _decisions.Dequeue();
        }

        _decisions.Enqueue(resolution);
    }

    /// <summary>
    /// Terminates orphans: attempts whose input was retracted and which no pending upstream attempt can revive. Called when output has gone
    /// as far as it can.
    /// </summary>
    /// <remarks>
    /// Required after a value was sent, which may have taken another route, and after a stream was read, because nothing later may sweep.
    /// After guesses were sent or an attempt failed it frees devices early; the next call would find the same orphans. After a stream was
    /// sent it is redundant, because each gate downstream sweeps when it has taken the stream.
    /// </remarks>
    public void Sweep()
    {
        AssertEntered();
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            // The index is checked again, because terminating one attempt can remove others. Walking backward still misses none.
            if (i < _open.Count && _open[i] is { Context.IsGone: true } orphan && !MayStillCome(orphan))
            {
                orphan.Terminate();
            }
        }
    }

    /// <summary>Terminates all open attempts, because the turn has ended.</summary>
    public void EndTurn()
    {
        using (Enter())
        {
            _isOver = true;
            while (_open.Count > 0)
            {
                _open[^1].Terminate();
            }

            foreach (GateState? state in _states)
            {
                state?.EndTurn();
            }

            if (_committed > 0 && !turn.IsWarmUp && turn.Runtime.Instruments.SpeculationSaved.Enabled)
            {
                turn.Runtime.Instruments.SpeculationSaved.Record(
                    Saved(turn.Outputs.First).TotalSeconds, new KeyValuePair<string, object?>(TelemetryNames.ChainTag, turn.Runtime.Name));
            }
        }
    }

    public bool IsOver => _isOver;

    /// <summary>Returns the account of a turn that has ended.</summary>
    /// <param name="runs">The turn's runs.</param>
    public SpeculationAccount MakeAccount(IReadOnlyList<TraceStep> runs)
    {
        using (Enter())
        {
            (TraceStep? first, TraceStep? last) = turn.Outputs;
            return new SpeculationAccount
            {
                Started = _started,
                Committed = _committed,
                Terminated = _terminated,
                Prefills = _prefills,
                Faults = _faults,
                Saved = Saved(first),
                SavedToLast = Saved(last),
                Wasted = Time(_wasted),
                Useful = Time(_useful),
                Prefilling = Time(_prefilling),
                OpenLeases = runs.Count(run => run.Lease is { IsReleased: false }),
                Decisions = [.. _decisions],
            };
        }
    }

    TimeSpan Saved(TraceStep? output) =>
        output is null ? TimeSpan.Zero : Time(SpeculativeStep.SequentialEnd(output, turn.StartedAt) - output.EndedAt);

    TimeSpan Time(long ticks) => ticks <= 0 ? TimeSpan.Zero : turn.Runtime.Time.GetElapsedTime(0, ticks);

    /// <summary>Counts a run in the metrics, unless it belongs to a warm-up, which commits nothing.</summary>
    void Count(GuardedCounter<long> runs, Attempt attempt)
    {
        if (!turn.IsWarmUp)
        {
            runs.Add(1, attempt.Gate.Tags);
        }
    }

    bool MayStillCome(Attempt orphan)
    {
        foreach (GateState? state in _states)
        {
            if (state is not null && state.IsAwaitedBefore(orphan.Gate))
            {
                return true;
            }
        }

        return false;
    }

    void Exit()
    {
        DeferredActions deferred = default;
        if (--_depth == 0)
        {
            (deferred, _deferred) = (_deferred, default);
        }

        _lock.Exit();
        deferred.Run(turn);
    }

    /// <summary>The critical section; disposing it leaves it.</summary>
    public readonly ref struct Section(TurnSpeculation owner)
    {
        public void Dispose() => owner.Exit();
    }
}

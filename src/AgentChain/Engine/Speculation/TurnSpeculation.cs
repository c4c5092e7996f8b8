using AgentChain.Diagnostics;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// Everything one turn speculates on: what each gate keeps, and the account. One lock for all of it; user code never runs under it
/// but for the controller, whose contract is to be quick.
/// </summary>
sealed class TurnSpeculation(TurnCore turn, SpeculationPlan plan) : ITurnLayer
{
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
    bool _isOver;

    public Lock Gate { get; } = new();

    /// <summary>What the turn's conversation may waste.</summary>
    public WasteBudget? Waste { get; set; } = plan.Waste;

    /// <summary>What a gate keeps for this turn; made when first asked for. Under the lock.</summary>
    public T StateOf<T>(SpeculationGate gate)
        where T : GateState, new() => (T)(_states[gate.Index] ??= new T());

    /// <summary>A run was terminated, by itself or with the run it rested on.</summary>
    public void Fell(Attempt attempt) => _fallen.Enqueue(attempt);

    /// <summary>Does what follows for the runs that were terminated.</summary>
    public void EndFallen(ref DeferredActions after)
    {
        while (_fallen.TryDequeue(out Attempt? attempt))
        {
            attempt.End(ref after);
        }
    }

    /// <summary>A speculation was started.</summary>
    public void Started(Attempt attempt)
    {
        _started++;
        _open.Add(attempt);
        turn.Runtime.Instruments.SpeculationsStarted.Add(1, attempt.Gate.Tags);
    }

    public void Committed(Attempt attempt)
    {
        _committed++;
        _open.Remove(attempt);
        turn.Runtime.Instruments.SpeculationsCommitted.Add(1, attempt.Gate.Tags);
    }

    public void Terminated(Attempt attempt)
    {
        _terminated++;
        _open.Remove(attempt);
        turn.Runtime.Instruments.SpeculationsTerminated.Add(1, attempt.Gate.Tags);
    }

    public void Prefilled(SpeculationGate gate, long worked)
    {
        lock (Gate)
        {
            _prefills++;
            _prefilling += worked;
            gate.PrefillWork.Add(worked);
        }
    }

    public void Fault(Exception error)
    {
        if (error is not OperationCanceledException)
        {
            _faults++;
        }
    }

    /// <summary>Something threw on a hypothesis; the turn goes on without it.</summary>
    public void CountFault(Exception error)
    {
        lock (Gate)
        {
            Fault(error);
        }
    }

    /// <summary>A run's working time is known, and whether it was of use.</summary>
    public void Settle(Attempt attempt, long worked)
    {
        if (attempt.Gate.Node.Settings.LiveInput)
        {
            // It listened: that is how long somebody spoke, not how long something worked.
            return;
        }

        TimeSpan time = turn.Runtime.Time.GetElapsedTime(0, worked);
        if (attempt.IsTerminated)
        {
            _wasted += worked;
            Waste?.Spend(time);
            turn.Runtime.Instruments.SpeculationWasted.Add(time.TotalSeconds, attempt.Gate.Tags);
        }
        else
        {
            _useful += worked;
            Waste?.Earn(time);
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
    /// Terminates what nothing can come to any more: its value was taken back, and no run whose output is awaited stands upstream.
    /// Called when a value has gone as far as it goes.
    /// </summary>
    public void Sweep(ref DeferredActions after)
    {
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            if (i < _open.Count && _open[i] is { Context.IsGone: true } orphan && !MayStillCome(orphan))
            {
                orphan.Terminate(ref after);
            }
        }
    }

    /// <summary>Ends what is still speculative when the turn ends.</summary>
    public void EndTurn()
    {
        var after = default(DeferredActions);
        lock (Gate)
        {
            _isOver = true;
            while (_open.Count > 0)
            {
                _open[^1].Terminate(ref after);
            }

            foreach (GateState? state in _states)
            {
                state?.EndTurn(ref after);
            }

            if (_committed > 0 && turn.Runtime.Instruments.SpeculationSaved.Enabled)
            {
                turn.Runtime.Instruments.SpeculationSaved.Record(
                    Saved(turn.Outputs.First).TotalSeconds, new KeyValuePair<string, object?>(TelemetryNames.ChainTag, turn.Runtime.Name));
            }
        }

        after.Run();
    }

    public bool IsOver => _isOver;

    /// <summary>The account, once the turn has ended.</summary>
    /// <param name="runs">The turn's runs.</param>
    public SpeculationAccount MakeAccount(IReadOnlyList<TraceStep> runs)
    {
        lock (Gate)
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
}

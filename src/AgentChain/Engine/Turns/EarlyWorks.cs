using AgentChain.Speculation;

namespace AgentChain.Engine.Turns;

/// <summary>The early works inside the blocks of one turn: requests to the controller, and their account. Thread-safe.</summary>
sealed class EarlyWorks(TurnCore turn)
{
    /// <summary>The number of decisions in the account, and of declined requests to learn from. Only bounds on memory.</summary>
    const int MaxDecisions = 256;

    readonly Lock _lock = new();
    readonly Queue<SpeculationResolution> _decisions = [];
    readonly List<(string Name, object Key, SpeculationRequest Request, SpeculationDecision Decision)> _declined = [];
    readonly List<EarlyWork> _used = [];
    int _started;
    int _committed;
    int _terminated;
    int _faults;
    long _useful;
    long _wasted;

    ChainRuntime Runtime => turn.Runtime;

    WasteBudget? Waste => turn.Layer is { } layer ? layer.Waste : Runtime.Early.Waste;

    /// <summary>Creates the request to the controller.</summary>
    public SpeculationRequest Ask(InnerName inner, in EarlyRequest request)
    {
        TimeSpan work = request.Work ?? Length((long)(Runtime.Early.WorkOf(inner.Name)?.Mean ?? 0));
        return new SpeculationRequest
        {
            Block = inner.Name,
            Level = SpeculationLevel.Full,
            Now = Length(Runtime.Now),
            Probability = request.Probability,
            Features = new HypothesisFeatures { TimeToFinal = request.TimeToNeed },
            Started = inner.StartedEarly,
            Work = work,
            Path = work,
            TimeToFinal = request.TimeToNeed,
            Budget = Waste,
        };
    }

    /// <summary>Asks the controller.</summary>
    public SpeculationDecision Decide(InnerName inner, in SpeculationRequest request, object? key)
    {
        if (!Runtime.Early.IsOn || turn.IsWarmUp || turn.IsOver)
        {
            return new(SpeculationVerdict.Decline, SpeculationReason.NotWorth, request.Probability, TimeSpan.Zero, TimeSpan.Zero);
        }

        SpeculationDecision decision;
        try
        {
            decision = Runtime.Early.Controller.Decide(request);
        }
        catch (Exception error)
        {
            Failed(inner.Name, error);
            return new(SpeculationVerdict.Decline, SpeculationReason.Failed, 0, TimeSpan.Zero, TimeSpan.Zero);
        }

        lock (_lock)
        {
            if (key is not null && decision.Verdict == SpeculationVerdict.Decline && _declined.Count < MaxDecisions)
            {
                _declined.Add((inner.Name, key, request, decision));
            }
        }

        return decision;
    }

    /// <summary>Counts a work that was started early.</summary>
    public void Started(BlockNode node, InnerName inner)
    {
        lock (_lock)
        {
            _started++;
            inner.StartedEarly++;
        }

        Runtime.Instruments.SpeculationsStarted.Add(1, node.ChainTag, node.Tag);
    }

    /// <summary>Learns that work was needed that the controller had declined.</summary>
    public void Needed(string name, object key)
    {
        lock (_lock)
        {
            for (int i = _declined.Count - 1; i >= 0; i--)
            {
                if (_declined[i] is var declined && declined.Name == name && AreEqual(declined.Name, declined.Key, key))
                {
                    _declined.RemoveAt(i);
                    Resolve(new() { Request = declined.Request, Decision = declined.Decision, CameTrue = true });
                }
            }
        }
    }

    /// <summary>Adds an early work to the account, when it is known how long it took and whether it was used.</summary>
    public void Settled(EarlyWork work)
    {
        bool needed = work.IsNeeded == true;
        long worked = work.RanAt == 0 ? 0 : work.EndedAt - work.RanAt;
        long ahead = needed && work.RanAt != 0 ? Math.Clamp(work.ResolvedAt - work.RanAt, 0, worked) : 0;
        BlockNode node = ((TraceStep)work.Owner).Node;
        lock (_lock)
        {
            (_committed, _terminated) = needed ? (_committed + 1, _terminated) : (_committed, _terminated + 1);
            (_useful, _wasted) = needed ? (_useful + worked, _wasted) : (_useful, _wasted + worked);
            _faults += !needed && work.Status == InnerStatus.Failed ? 1 : 0;
            if (needed && work is { Status: InnerStatus.Completed, RanAt: not 0 } && _used.Count < MaxDecisions)
            {
                _used.Add(work);
            }

            if (work.IsKnown)
            {
                Resolve(new()
                {
                    Request = work.Request,
                    Decision = work.Decision,
                    CameTrue = needed,
                    Started = true,
                    Saved = Length(ahead),
                    Wasted = needed ? TimeSpan.Zero : Length(worked),
                });
            }
        }

        if (needed)
        {
            Waste?.Earn(Length(worked));
            Runtime.Instruments.SpeculationsCommitted.Add(1, node.ChainTag, node.Tag);
        }
        else
        {
            Waste?.Spend(Length(worked));
            Runtime.Instruments.SpeculationsTerminated.Add(1, node.ChainTag, node.Tag);
            Runtime.Instruments.SpeculationWasted.Add(Length(worked).TotalSeconds, node.ChainTag, node.Tag);
        }
    }

    /// <summary>In a turn that completed, the works that were declined and not begun later were not needed.</summary>
    public void EndTurn(bool completed)
    {
        lock (_lock)
        {
            if (completed)
            {
                foreach ((_, _, SpeculationRequest request, SpeculationDecision decision) in _declined)
                {
                    Resolve(new() { Request = request, Decision = decision });
                }
            }

            _declined.Clear();
        }
    }

    /// <summary>Adds the early works to the account of the turn.</summary>
    public SpeculationAccount AddTo(SpeculationAccount account, Dictionary<BlockNode, InnerWait[]> waits)
    {
        lock (_lock)
        {
            (TraceStep? first, TraceStep? last) = turn.Outputs;
            return _started == 0 && _decisions.Count == 0 && _faults == 0 ? account : account with
            {
                Started = account.Started + _started,
                Committed = account.Committed + _committed,
                Terminated = account.Terminated + _terminated,
                Faults = account.Faults + _faults,
                Saved = account.Saved + Length(EarlySavings.Of(first, hasMore: first != last, _used, waits)),
                SavedToLast = account.SavedToLast + Length(EarlySavings.Of(last, hasMore: false, _used, waits)),
                Useful = account.Useful + Length(_useful),
                Wasted = account.Wasted + Length(_wasted),
                Decisions = [.. account.Decisions.Concat(_decisions).OrderBy(d => d.Request.Now).TakeLast(MaxDecisions)],
            };
        }
    }

    void Resolve(in SpeculationResolution resolution)
    {
        if (_decisions.Count == MaxDecisions)
        {
            _decisions.Dequeue();
        }

        _decisions.Enqueue(resolution);
        try
        {
            Runtime.Early.Controller.Resolve(resolution);
        }
        catch (Exception error)
        {
            Failed(resolution.Request.Block, error);
        }
    }

    bool AreEqual(string name, object one, object other)
    {
        try
        {
            return one.Equals(other);
        }
        catch (Exception error)
        {
            Runtime.Log.ComparisonFailed(Runtime.Name, name, error.GetType().FullName);
            return false;
        }
    }

    void Failed(string name, Exception error)
    {
        Interlocked.Increment(ref _faults);
        Runtime.Log.ControllerFailed(Runtime.Name, name, error.GetType().FullName);
    }

    TimeSpan Length(long ticks) => ticks <= 0 ? TimeSpan.Zero : Runtime.Time.GetElapsedTime(0, ticks);
}

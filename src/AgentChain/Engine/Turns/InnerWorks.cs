using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Engine.Primitives;
using AgentChain.Speculation;

namespace AgentChain.Engine.Turns;

/// <summary>
/// What happened inside the blocks of one turn: works, and waits for them. Created by the first block that reports any.
/// <code>
///   Begin ──(1) open ── Run ── Await ──(2) a wait, for the critical path
///                 └──── End ──(3) a span: kept, or folded with those of its name
///   the turn ends ──(4) every open work is closed at the turn's end
/// </code>
/// Thread-safe. A work calls this object under its own lock, so this object's lock is the inner one, and (4) takes no work's lock under it.
/// </summary>
sealed class InnerWorks(TurnCore turn) : IInnerHost
{
    /// <summary>The number of names, and of waits, that a turn keeps. Only bounds on memory.</summary>
    const int MaxNames = 256;
    const int MaxWaits = 4096;
    const int LongestName = 128;
    const string Other = "other";

    readonly Lock _lock = new();
    readonly HashSet<InnerWork> _open = [];
    readonly Dictionary<(BlockNode, string), InnerName> _names = [];
    readonly List<InnerWait> _waits = [];
    readonly EarlyWorks _early = new(turn);

    public bool IsOver => turn.IsOver;

    public long Now => turn.Runtime.Now;

    /// <summary>(1)</summary>
    public InnerWork Begin(TraceStep run, string name, object? key)
    {
        InnerName inner = NameOf(run.Node, ref name);
        if (key is not null)
        {
            _early.Needed(inner.Name, key);
        }

        return Open(new InnerWork(this, run, name));
    }

    /// <summary>(1) for work that may not be needed; null if it should not be started.</summary>
    public EarlyWork? TryBeginEarly(TraceStep run, in EarlyRequest request, out SpeculationDecision decision)
    {
        string name = request.Name;
        InnerName inner = NameOf(run.Node, ref name);
        SpeculationRequest question = _early.Ask(inner, request);
        decision = _early.Decide(inner, question, request.Key);
        if (decision.Verdict != SpeculationVerdict.Start)
        {
            return null;
        }

        var work = new EarlyWork(this, run, question, decision, name);
        lock (_lock)
        {
            // Under the lock: either the end of the turn finds the work in the list, or the work is not counted.
            if (turn.IsOver)
            {
                return null;
            }

            _open.Add(work);
            _early.Started(run.Node, inner);
        }

        return work;
    }

    public async Task<DeviceLease> AcquireAsync(
        InnerWork work, DeviceRequest device, WorkPhase phase, CancellationToken cancellationToken)
    {
        BlockNode node = ((TraceStep)work.Owner).Node;
        string name = work.Name;
        bool isSpeculative = work.MayBeInVain;

        // A phase is a part of the block, which plans name; other work has a name of its own.
        string full = NameOf(node, ref name).Name;
        string block = phase == WorkPhase.Whole ? full : node.Name;
        PlacementRequest request = DeviceOrder.Request(turn, node, block, device, phase) with
        {
            IsSpeculative = isSpeculative,
            StillSpeculative = isSpeculative ? () => work.MayBeInVain : null,
            Predict = node.InnerCosts?.Predictor(full, work.Size),
        };
        return node.Accept(await turn.Runtime.Devices.AcquireAsync(request, cancellationToken).AsGuardedTask(), device);
    }

    public void Release(InnerWork work, DeviceLease lease) => ((TraceStep)work.Owner).Node.Release(lease);

    public void FoundLost(InnerWork work, DeviceLease lease, DeviceLostException reason) =>
        ((TraceStep)work.Owner).Node.FoundLost(lease, reason);

    public void Running(InnerWork work)
    {
        var run = (TraceStep)work.Owner;
        work.Span = run.Node.StartInner(run, work.Name);
    }

    /// <summary>(2)</summary>
    public void Waited(InnerWork work, long from, long until)
    {
        var run = (TraceStep)work.Owner;
        if (work.CommittedAt != 0)
        {
            run.Scope?.WasIdle(from, Math.Min(work.CommittedAt, until));
        }

        lock (_lock)
        {
            if (_waits.Count < MaxWaits && until > from)
            {
                string name = work.Name;
                _waits.Add(new InnerWait(
                    run, run.StartedAt, NameOf(run.Node, ref name).Name, from, work.RanAt == 0 ? long.MaxValue : work.RanAt, until));
            }
        }
    }

    /// <summary>(3)</summary>
    public void Ended(InnerWork work)
    {
        var run = (TraceStep)work.Owner;
        string name = work.Name;
        InnerName inner = NameOf(run.Node, ref name);
        lock (_lock)
        {
            if (work is not EarlyWork)
            {
                _open.Remove(work);
            }

            inner.Add(work);
        }

        if (work.Status == InnerStatus.Completed && work.RanAt != 0)
        {
            turn.Runtime.Early.WorkOf(inner.Name)?.Add(work.EndedAt - work.RanAt);
        }

        run.Node.EndedInner(run, work);
    }

    public void Served(InnerWork work, DeviceLease lease)
    {
        var run = (TraceStep)work.Owner;
        if (run.Node.InnerCosts is { } costs && !turn.IsWarmUp)
        {
            string name = work.Name;
            costs.Learn(NameOf(run.Node, ref name).Name, work, lease);
        }
    }

    /// <remarks>An early work stays in the list until it is in the account, so that the end of the turn waits for it.</remarks>
    public void Settled(EarlyWork work)
    {
        _early.Settled(work);
        lock (_lock)
        {
            _open.Remove(work);
        }
    }

    /// <summary>(4)</summary>
    public void EndTurn()
    {
        InnerWork[] open;
        lock (_lock)
        {
            open = [.. _open];
        }

        bool completed = turn.Outcome == TurnOutcome.Completed;
        foreach (InnerWork work in open)
        {
            work.Close(turn.EndedAt, completed);
        }

        _early.EndTurn(completed);
    }

    /// <summary>Returns all works that have ended, as spans.</summary>
    public BlockSpan[] Spans()
    {
        lock (_lock)
        {
            return [.. _names.Values.SelectMany(name => name.Spans(turn))];
        }
    }

    /// <summary>Returns the waits of each block, those that ended last first.</summary>
    public Dictionary<BlockNode, InnerWait[]> Waits()
    {
        lock (_lock)
        {
            return _waits.GroupBy(wait => wait.Run.Node)
                .ToDictionary(group => group.Key, group => group.OrderByDescending(wait => wait.Until).ToArray());
        }
    }

    /// <summary>Adds the early works to the account of the turn.</summary>
    public SpeculationAccount AddTo(SpeculationAccount account) => _early.AddTo(account, Waits());

    /// <summary>(1) Adds a work to the open ones.</summary>
    public InnerWork Open(InnerWork work)
    {
        lock (_lock)
        {
            _open.Add(work);
        }

        if (turn.IsOver)
        {
            // The turn ended before the work was in the list, or closes it at the same time, which is harmless.
            work.Close(turn.EndedAt, completed: false);
        }

        return work;
    }

    InnerName NameOf(BlockNode node, ref string name)
    {
        name = name.Length <= LongestName ? name : name[..LongestName];
        lock (_lock)
        {
            if (_names.TryGetValue((node, name), out InnerName? known))
            {
                return known;
            }

            string counted = _names.Count < MaxNames ? name : Other;
            if (!_names.TryGetValue((node, counted), out known))
            {
                _names.Add((node, counted), known = new InnerName(node, $"{node.Name}/{counted}"));
            }

            return known;
        }
    }
}

namespace AgentChain.Simulation;

/// <summary>
/// Counts what happens in one simulation. Keeps the jobs of running turns, and nothing of those that have ended: memory is flat.
/// </summary>
sealed class RunTally : IDisposable
{
    /// <summary>The most blocks that are counted apart: names of work inside a block come from the host.</summary>
    const int MostBlocks = 10_000;

    readonly LatencyBudget _objective;
    readonly LatencyTally _total = new();
    readonly LatencyTally _firstOutput = new();
    readonly long[] _outcomes = new long[Enum.GetValues<TurnOutcome>().Length];
    readonly Dictionary<string, BlockTally> _blocks = new(StringComparer.Ordinal);
    readonly List<BlockTally> _touched = [];
    readonly Dictionary<long, TurnWork> _working = [];
    readonly Stack<TurnWork> _free = new();
    readonly EventLog _log = new();
    readonly Timeline _timeline;
    long _attained;
    long _runs;
    long _origin;

    public RunTally(IReadOnlyList<DeviceGroup> devices, LatencyBudget objective)
    {
        _objective = objective;
        Devices = [.. devices.Select((group, number) => new DeviceTally(this, group, number))];
        _timeline = new(devices.Count);
    }

    public IReadOnlyList<DeviceTally> Devices { get; }

    public long Turns { get; private set; }

    /// <summary>Notes the timestamp at which the world began.</summary>
    public void Begin(long timestamp) => _origin = timestamp;

    public void Started(long turn, TimeSpan at)
    {
        _timeline.Started(at);
        _working.Add(turn, _free.TryPop(out TurnWork? free) ? free : new(Devices.Count));
    }

    public void JobEnded(int device, long turn, string? block, in DeviceWork work, long startedAt)
    {
        if (work.Worked > TimeSpan.Zero)
        {
            _timeline.Worked(device, new(startedAt - _origin), new(work.EndedAt - _origin), work.Worked);
        }

        if (turn == 0)
        {
            return;
        }

        if (!_working.TryGetValue(turn, out TurnWork? own))
        {
            // The job of a block that went on after the end of its turn.
            Devices[device].AddWaste(TimeSpan.Zero, work.Worked);
            return;
        }

        own.Worked[device] += work.Worked;
        own.Aborted[device] += work.IsCompleted ? TimeSpan.Zero : work.Worked;
        if (work.Waited > TimeSpan.Zero && block is not null)
        {
            own.Waits.Add((block, work.Waited));
        }
    }

    public void Ended(long row, TimeSpan startedAt, TurnResult result, TimeSpan longestStall)
    {
        TurnReport report = result.Report;
        Turns++;
        _outcomes[(int)result.Outcome]++;
        if (result.Outcome == TurnOutcome.Completed)
        {
            _total.Add(report.Elapsed);
        }

        if (report.FirstOutput is { } first)
        {
            _firstOutput.Add(first);
        }

        bool met = result.Outcome == TurnOutcome.Completed
            && (report.FirstOutput ?? report.Elapsed) <= (_objective.FirstOutputLimit ?? TimeSpan.MaxValue)
            && report.Elapsed <= (_objective.TotalLimit ?? TimeSpan.MaxValue)
            && longestStall <= (_objective.StallLimit ?? TimeSpan.MaxValue);
        if (met)
        {
            _attained++;
            _timeline.Attained(startedAt);
        }

        _log.Add(row);
        _log.Add(startedAt.Ticks);
        _log.Add((long)result.Outcome);
        _log.Add(report.Elapsed.Ticks);
        _log.Add(report.FirstOutput?.Ticks ?? -1);
        AddSpans(report.Spans);
        AddWork(result.Turn.Value, met);
        foreach (BlockTally block in _touched)
        {
            block.EndTurn();
        }

        _touched.Clear();
    }

    public SimulationRun Result(long seed, TimeSpan duration)
    {
        DeviceUse[] devices = [.. Devices.Select(device => device.Result(duration))];
        double busy = devices.Sum(device => device.Busy.TotalSeconds);
        return new SimulationRun
        {
            Seed = seed,
            Duration = duration,
            Turns = Turns,
            Outcomes = Enum.GetValues<TurnOutcome>().ToDictionary(outcome => outcome, outcome => _outcomes[(int)outcome]),
            Attained = _attained,
            Total = new(_total),
            FirstOutput = new(_firstOutput),
            Devices = devices,
            Blocks = [.. _blocks.Values.OrderBy(block => block.Number).Select(block => block.Result())],
            Timeline = _timeline.Points(duration, [.. Devices.Select(device => device.Group.Servers)]),
            Waste = busy > 0 ? Devices.Sum(device => device.Wasted.TotalSeconds) / busy : 0,
            BlockRuns = _runs,
            EventHash = _log.Hash(),
        };
    }

    public void Dispose() => _log.Dispose();

    void AddSpans(IReadOnlyList<BlockSpan> spans)
    {
        for (int i = 0; i < spans.Count; i++)
        {
            BlockSpan span = spans[i];
            BlockTally block = Touch(span.Block);
            block.Add(span);
            _runs += span.Runs;
            _log.Add(block.Number);
            _log.Add(span.Queued.Ticks);
            _log.Add(span.Started.Ticks);
            _log.Add(span.Ended.Ticks);
            _log.Add((long)span.Notes);
        }
    }

    void AddWork(long turn, bool met)
    {
        _working.Remove(turn, out TurnWork? own);
        foreach ((string block, TimeSpan wait) in own!.Waits)
        {
            Touch(block).AddJobWait(wait);
        }

        AddWaste(own, met);
        own.Clear();
        _free.Push(own);
    }

    void AddWaste(TurnWork own, bool met)
    {
        for (int i = 0; i < Devices.Count; i++)
        {
            Devices[i].AddWaste(met ? TimeSpan.Zero : own.Worked[i], met ? own.Aborted[i] : TimeSpan.Zero);
        }
    }

    BlockTally Touch(string name)
    {
        if (!_blocks.TryGetValue(name, out BlockTally? block))
        {
            name = _blocks.Count < MostBlocks ? name : "other";
            if (!_blocks.TryGetValue(name, out block))
            {
                _blocks.Add(name, block = new(name, _blocks.Count));
                _log.Add(name);
            }
        }

        if (!block.IsTouched)
        {
            _touched.Add(block);
        }

        return block;
    }
}

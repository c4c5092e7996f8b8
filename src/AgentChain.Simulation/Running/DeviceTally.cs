namespace AgentChain.Simulation;

/// <summary>Counts the jobs of one device, and gives each turn its own.</summary>
sealed class DeviceTally(RunTally run, DeviceGroup group, int number) : IDeviceObserver
{
    readonly LatencyTally _wait = new();
    TimeSpan _onMissed;
    TimeSpan _onAborted;

    public DeviceGroup Group => group;

    /// <summary>The device, unless it works in batches.</summary>
    public SimulatedDevice? Device { get; private set; }

    /// <summary>The device, if it works in batches.</summary>
    public SimulatedBatchDevice? Batching { get; private set; }

    public TimeSpan Wasted => _onMissed + _onAborted;

    public void Create(VirtualClock clock)
    {
        if (group.Batching is { } batching)
        {
            Batching = new(clock, batching, group.Servers) { Observer = this };
        }
        else
        {
            Device = new(clock, group.Servers, group.Slice) { Observer = this };
        }
    }

    public void Ended(long turn, string? block, in DeviceWork work)
    {
        long waitedUntil = work.StartedAt == 0 ? work.EndedAt : work.StartedAt;
        _wait.Add(work.Waited);
        run.JobEnded(number, turn, block, work, waitedUntil);
    }

    public void AddWaste(TimeSpan onMissed, TimeSpan onAborted)
    {
        _onMissed += onMissed;
        _onAborted += onAborted;
    }

    public DeviceUse Result(TimeSpan duration)
    {
        TimeSpan busy = Device?.Busy ?? Batching!.Busy;
        return new()
        {
            Device = group.Name,
            Servers = group.Servers,
            Completed = Device?.Completed ?? Batching!.Completed,
            Aborted = Device?.Aborted ?? Batching!.Aborted,
            Busy = busy,
            Utilization = duration > TimeSpan.Zero ? Math.Clamp(busy / duration / group.Servers, 0, 1) : 0,
            OnMissedTurns = _onMissed,
            OnAbortedJobs = _onAborted,
            Wait = new(_wait),
            Steps = Batching?.Steps ?? 0,
            MeanBatch = Batching?.MeanBatch ?? 0,
        };
    }
}

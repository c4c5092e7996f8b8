namespace AgentChain.Simulation;

/// <summary>Counts the jobs of one device, and gives each turn its own.</summary>
sealed class DeviceTally(RunTally run, DeviceGroup group, int number) : IDeviceObserver
{
    readonly LatencyTally _wait = new();
    TimeSpan _onMissed;
    TimeSpan _onAborted;

    public DeviceGroup Group => group;

    public SimulatedDevice? Device { get; set; }

    public TimeSpan Wasted => _onMissed + _onAborted;

    public void Ended(SimulatedDevice device, long turn, string? block, in DeviceWork work)
    {
        long waitedUntil = work.StartedAt == 0 ? work.EndedAt : work.StartedAt;

        // Time in which a sliced job was set aside again counts as waiting, too.
        TimeSpan wait = new(work.EndedAt - work.QueuedAt - work.Worked.Ticks);
        _wait.Add(wait);
        run.JobEnded(number, turn, block, wait, work, waitedUntil);
    }

    public void AddWaste(TimeSpan onMissed, TimeSpan onAborted)
    {
        _onMissed += onMissed;
        _onAborted += onAborted;
    }

    public DeviceUse Result(TimeSpan duration) => new()
    {
        Device = group.Name,
        Servers = group.Servers,
        Completed = Device!.Completed,
        Aborted = Device.Aborted,
        Busy = Device.Busy,
        Utilization = duration > TimeSpan.Zero ? Math.Clamp(Device.Busy / duration / group.Servers, 0, 1) : 0,
        OnMissedTurns = _onMissed,
        OnAbortedJobs = _onAborted,
        Wait = new(_wait),
    };
}

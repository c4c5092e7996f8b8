namespace AgentChain.Devices;

/// <summary>
/// Finds calls that hang and replaces the threads of their lanes. A device has at most as many replaced threads that have not returned as it
/// has lanes: where every call hangs, more threads do not help, and its lanes stay stuck.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="stuckLimit">How long a call may go on after its block was detached; null forever.</param>
/// <param name="callLimit">How long any call may run; null forever.</param>
/// <param name="replaced">Is told of each lane that was replaced; it does not throw.</param>
sealed class LaneWatch(TimeProvider time, TimeSpan? stuckLimit, TimeSpan? callLimit, Action<LaneReplacedEventArgs> replaced) : IDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<LaneCore, ITimer> _stuck = [];
    ITimer? _calls;
    bool _disposed;

    /// <summary>Starts to watch the lanes, before their first jobs.</summary>
    public void Start(DeviceSlot[] slots)
    {
        foreach (DeviceSlot slot in slots)
        {
            foreach (LaneCore lane in slot.Lanes)
            {
                lane.Time = callLimit is null ? null : time;
                lane.Stuck = stuckLimit is { } limit ? stuck => Arm(slot, stuck, limit) : null;
            }
        }

        if (callLimit is { } most)
        {
            TimeSpan period = most / 4 > TimeSpan.FromMilliseconds(1) ? most / 4 : TimeSpan.FromMilliseconds(1);
            _calls = time.Timer(_ => CheckCalls(slots, most), period, period);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (ITimer timer in _stuck.Values)
            {
                timer.Dispose();
            }

            _stuck.Clear();
        }

        _calls?.Dispose();
    }

    void CheckCalls(DeviceSlot[] slots, TimeSpan most)
    {
        foreach (DeviceSlot slot in slots)
        {
            foreach (LaneCore lane in slot.Lanes)
            {
                if (lane.Running is ({ } job, var since) && since > 0 && time.Between(since, time.Now()) >= most)
                {
                    Replace(slot, lane, job, most);
                }
            }
        }
    }

    /// <summary>Looks at a stuck lane again after the limit, and then as long as it is stuck.</summary>
    void Arm(DeviceSlot slot, LaneCore lane, TimeSpan limit)
    {
        lock (_lock)
        {
            if (_disposed || _stuck.ContainsKey(lane))
            {
                return;
            }

            LaneJob? job = lane.Running.Job;
            if (time.Timer(_ => CheckStuck(slot, lane, job, limit), limit, Timeout.InfiniteTimeSpan) is { } timer)
            {
                _stuck[lane] = timer;
            }
        }
    }

    void CheckStuck(DeviceSlot slot, LaneCore lane, LaneJob? job, TimeSpan limit)
    {
        lock (_lock)
        {
            if (_stuck.Remove(lane, out ITimer? timer))
            {
                timer.Dispose();
            }
        }

        if (job is not null)
        {
            Replace(slot, lane, job, limit);
        }

        if (lane.IsStuck)
        {
            Arm(slot, lane, limit);
        }
    }

    void Replace(DeviceSlot slot, LaneCore lane, LaneJob job, TimeSpan limit)
    {
        if (slot.HungCalls < slot.Device.Lanes && lane.Replace(job, new LaneHungException(lane.Name, limit)))
        {
            replaced(new LaneReplacedEventArgs(slot.Device, lane.Name, limit, slot.HungCalls));
        }
    }
}

namespace AgentChain.Devices;

/// <summary>A lane of a device and the leases that were given on it, with the work that is predicted for them. Guarded by the scheduler's lock.</summary>
sealed class LaneLoad(DeviceLane lane)
{
    /// <summary>The predicted ticks of each lease, in order; negative if not known.</summary>
    readonly List<(DeviceLease Lease, long Ticks)> _leases = [];

    /// <summary>Since when the first of them is served.</summary>
    long _since;

    public DeviceLane Lane => lane;

    public int Unpredicted { get; private set; }

    public int Predicted => _leases.Count - Unpredicted;

    public void Add(DeviceLease lease, long ticks, long now)
    {
        _since = _leases.Count == 0 ? now : _since;
        _leases.Add((lease, ticks));
        Unpredicted += ticks < 0 ? 1 : 0;
    }

    public void Remove(DeviceLease lease, long now)
    {
        int at = _leases.FindIndex(item => ReferenceEquals(item.Lease, lease));
        if (at >= 0)
        {
            Unpredicted -= _leases[at].Ticks < 0 ? 1 : 0;
            _leases.RemoveAt(at);
            if (at == 0)
            {
                lease.Served = now - _since;
                _since = now;
            }
        }
    }

    /// <summary>Returns the predicted ticks until the lane has done the work of its leases.</summary>
    public long Backlog(long now)
    {
        long sum = 0;
        for (int i = 0; Predicted > 0 && i < _leases.Count; i++)
        {
            long ticks = Math.Max(0, _leases[i].Ticks);

            // What takes longer than predicted is expected to go on for as long as it has already taken too long.
            sum += i == 0 && _leases[i].Ticks >= 0 ? Math.Abs(ticks - Math.Max(0, now - _since)) : ticks;
        }

        return sum;
    }
}

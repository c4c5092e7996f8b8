namespace AgentChain.Devices;

/// <summary>A device of a scheduler, with its lanes and its leases. Guarded by the scheduler's lock.</summary>
sealed class DeviceSlot(ComputeDevice device) : IDisposable
{
    readonly LaneLoad[] _lanes =
        [.. Enumerable.Range(0, device.Lanes).Select(i => new LaneLoad(new DeviceLane($"{device.Name} lane {i}")))];

    public ComputeDevice Device { get; } = device;

    public int Leases { get; set; }

    /// <summary>The leases of work that gives way to any other.</summary>
    public List<DeviceLease> Yielding { get; } = [];

    /// <summary>The reason for which the device is gone; null while it is there.</summary>
    public DeviceLostException? Lost { get; private set; }

    public bool HasRoom => Lost is null && Leases < Device.MaxLeases;

    public int StuckLanes => _lanes.Count(l => l.Lane.IsStuck);

    /// <summary>The number of calls that have not returned and were left to threads of their own.</summary>
    public int HungCalls => _lanes.Sum(l => l.Lane.Core.Hung);

    public IEnumerable<LaneCore> Lanes => _lanes.Select(l => l.Lane.Core);

    /// <summary>Returns what a policy sees.</summary>
    /// <param name="time">The clock, for the work that is predicted.</param>
    public DeviceState State(TimeProvider time)
    {
        LaneLoad? next = Array.Exists(_lanes, l => l.Predicted > 0) ? Next(time.Now()) : null;
        return new(Device, Leases, _lanes.Sum(l => l.Lane.Pending), StuckLanes)
        {
            Backlog = next is null ? TimeSpan.Zero : time.Between(0, next.Backlog(time.Now())),
            UnpredictedLeases = _lanes.Sum(l => l.Unpredicted),
        };
    }

    public DeviceLease Lease(in PlacementRequest request, TimeProvider time, MemoryLease? memory, Action<DeviceLease> release)
    {
        Leases++;
        TimeSpan? predicted = request.PredictOn(Device);
        long now = time.Now();
        LaneLoad load = Next(now);
        LaneCore core = load.Lane.Core;
        Interlocked.Increment(ref core.Holders);
        var lease = new DeviceLease(Device, load.Lane.For(request), request.Block, request.Until, lease =>
        {
            Interlocked.Decrement(ref core.Holders);
            memory?.Dispose();
            release(lease);
        })
        {
            Yield = request.Yield,
        };
        if (lease.Yield is not null)
        {
            Yielding.Add(lease);
        }

        load.Add(lease, predicted is { } known ? time.Ticks(known) : -1, now);
        return lease;
    }

    /// <summary>Takes a released lease off its lane. Called under the scheduler's lock.</summary>
    public void Return(DeviceLease lease, TimeProvider time)
    {
        Leases--;
        Yielding.Remove(lease);
        LaneLoad load = Array.Find(_lanes, l => ReferenceEquals(l.Lane.Core, lease.Lane.Core))!;
        load.Remove(lease, time.Now());
    }

    public void Lose(DeviceLostException error)
    {
        Lost = error;
        foreach (LaneLoad load in _lanes)
        {
            load.Lane.Core.Lose(error);
        }
    }

    public void Restore()
    {
        Lost = null;
        foreach (LaneLoad load in _lanes)
        {
            load.Lane.Core.Restore();
        }
    }

    public void Dispose()
    {
        foreach (LaneLoad load in _lanes)
        {
            load.Lane.Dispose();
        }
    }

    /// <summary>
    /// Returns the lane for the next lease: the one that is not stuck and is expected to be free first, counting a lease of which nothing was
    /// predicted as the mean of the others.
    /// </summary>
    LaneLoad Next(long now)
    {
        if (_lanes.Length == 1)
        {
            return _lanes[0];
        }

        int predicted = _lanes.Sum(l => l.Predicted);
        double mean = predicted == 0 ? 0 : _lanes.Sum(l => l.Backlog(now)) / (double)predicted;
        return _lanes.OrderBy(l => l.Lane.IsStuck).ThenBy(l => predicted == 0 ? 0 : l.Backlog(now) + (l.Unpredicted * mean))
            .ThenBy(l => l.Lane.Core.Holders).ThenBy(l => l.Lane.Pending).First();
    }
}

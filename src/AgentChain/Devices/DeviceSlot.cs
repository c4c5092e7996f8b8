namespace AgentChain.Devices;

/// <summary>A device of a scheduler, with its lanes and the number of its leases. Guarded by the scheduler's lock.</summary>
sealed class DeviceSlot(ComputeDevice device) : IDisposable
{
    readonly DeviceLane[] _lanes =
        [.. Enumerable.Range(0, device.Lanes).Select(i => new DeviceLane($"{device.Name} lane {i}"))];

    public ComputeDevice Device { get; } = device;

    public int Leases { get; set; }

    public bool HasRoom => Leases < Device.MaxLeases;

    public int StuckLanes => _lanes.Count(l => l.IsStuck);

    public DeviceState State => new(Device, Leases, _lanes.Sum(l => l.Pending), StuckLanes);

    public DeviceLease Lease(in PlacementRequest request, Action<DeviceLease> release)
    {
        Leases++;
        DeviceLane lane = _lanes.OrderBy(l => l.IsStuck).ThenBy(l => l.Holders).ThenBy(l => l.Pending).First();
        Interlocked.Increment(ref lane.Holders);
        return new DeviceLease(Device, lane, request.Block, request.Until, lease =>
        {
            Interlocked.Decrement(ref lease.Lane.Holders);
            release(lease);
        });
    }

    public void Dispose()
    {
        foreach (DeviceLane lane in _lanes)
        {
            lane.Dispose();
        }
    }
}

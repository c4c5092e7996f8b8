using AgentChain.Devices;

namespace AgentChain.Extensions.AI;

/// <summary>
/// The device leases of an agent's tools. A real call that has to wait for a device takes that of the least likely early call of the agent,
/// which is canceled and releases its lease when its tool has ended. Thread-safe.
/// </summary>
sealed class DeviceLoans
{
    readonly Lock _lock = new();
    readonly List<(CallPlace Place, ComputeDevice Device)> _lent = [];

    /// <summary>Acquires a lease for a call.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled; no lease is held.</exception>
    public async Task<DeviceLease> AcquireAsync(InnerWork work, CallPlace place, DeviceRequest device, CancellationToken cancellationToken)
    {
        ValueTask<DeviceLease> asked = work.AcquireAsync(device, cancellationToken);
        if (!asked.IsCompleted)
        {
            place.OnKept(() => TakeBack(device));
        }

        DeviceLease lease = await asked;
        lock (_lock)
        {
            if (place.IsLent)
            {
                _lent.Add((place, lease.Device));
            }
        }

        return lease;
    }

    public void Release(InnerWork work, CallPlace place, DeviceLease? lease)
    {
        lock (_lock)
        {
            _lent.RemoveAll(one => one.Place == place);
        }

        work.Release(lease);
    }

    void TakeBack(DeviceRequest device)
    {
        while (true)
        {
            CallPlace? least;
            lock (_lock)
            {
                _lent.RemoveAll(one => !one.Place.IsLent);
                least = _lent.Where(one => device.Accepts(one.Device)).Select(one => one.Place).MinBy(place => place.Probability);
                _lent.RemoveAll(one => one.Place == least);
            }

            // Outside the lock: canceling runs code of the tool.
            if (least is null || least.GiveUp())
            {
                return;
            }
        }
    }
}

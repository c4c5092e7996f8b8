namespace AgentChain.Devices;

/// <summary>Describes to a policy a device that fulfills a request and has room.</summary>
public readonly record struct DeviceState
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="device">The device.</param>
    /// <param name="activeLeases">The number of leases that are held on the device.</param>
    /// <param name="pendingJobs">The number of jobs that wait or run on its lanes.</param>
    /// <param name="stuckLanes">The number of its lanes that are unavailable because a detached block still runs there.</param>
    public DeviceState(ComputeDevice device, int activeLeases, int pendingJobs, int stuckLanes) =>
        (Device, ActiveLeases, PendingJobs, StuckLanes) = (device, activeLeases, pendingJobs, stuckLanes);

    /// <summary>Gets the device.</summary>
    public ComputeDevice Device { get; init; }

    /// <summary>Gets the number of leases that are held on the device.</summary>
    public int ActiveLeases { get; init; }

    /// <summary>Gets the number of jobs that wait or run on its lanes.</summary>
    public int PendingJobs { get; init; }

    /// <summary>Gets the number of its lanes that are unavailable because a detached block still runs there.</summary>
    public int StuckLanes { get; init; }
}

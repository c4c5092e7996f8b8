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

    /// <summary>Gets the number of its lanes that can be used.</summary>
    public int UsableLanes => Math.Max(0, Device.Lanes - StuckLanes);

    /// <summary>Gets a value that indicates whether a lane is expected to be free, because fewer leases are held than lanes can be used.</summary>
    public bool HasFreeLane => ActiveLeases < UsableLanes;

    /// <summary>
    /// Gets the predicted time until the lane that a lease would get has done the work of the leases that it was given before.
    /// </summary>
    /// <value>Zero if a lane is free, or if nothing was predicted.</value>
    public TimeSpan Backlog { get; init; }

    /// <summary>Gets the number of leases of which the time was not predicted, and which <see cref="Backlog"/> therefore leaves out.</summary>
    public int UnpredictedLeases { get; init; }
}

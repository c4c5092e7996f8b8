namespace AgentChain.Devices;

/// <summary>Describes to a policy a device that fulfills a request and has room.</summary>
/// <param name="Device">The device.</param>
/// <param name="ActiveLeases">The number of leases that are held on the device.</param>
/// <param name="PendingJobs">The number of jobs that wait or run on its lanes.</param>
/// <param name="StuckLanes">The number of its lanes that are unavailable because a detached block still runs there.</param>
public readonly record struct DeviceState(ComputeDevice Device, int ActiveLeases, int PendingJobs, int StuckLanes);

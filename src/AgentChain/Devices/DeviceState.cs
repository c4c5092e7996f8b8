namespace AgentChain.Devices;

/// <summary>What a policy is told about a device that fulfils a request and has room.</summary>
/// <param name="Device">The device.</param>
/// <param name="ActiveLeases">How many leases are held on it.</param>
/// <param name="PendingJobs">How many jobs wait or run on its lanes.</param>
/// <param name="StuckLanes">How many of its lanes serve nobody because a detached block still runs there.</param>
public readonly record struct DeviceState(ComputeDevice Device, int ActiveLeases, int PendingJobs, int StuckLanes);

using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Tests.Simulation.Lossless.Hostile;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>The devices that the random chains share, one chain after the other: one that blocks ask for, and one that none does.</summary>
sealed class LosslessDevices : IDisposable
{
    readonly HostilePolicy _policy = new();

    public LosslessDevices() => Scheduler = new DeviceScheduler(
        [ComputeDevice.Cpu(1) with { MaxLeases = 6 }, new ComputeDevice("other", DeviceKind.Other) with { MaxLeases = 6 }], _policy);

    public DeviceScheduler Scheduler { get; }

    /// <summary>The scheduler for the next chain.</summary>
    public IDeviceScheduler For(HostileHost? host, VirtualWorld world)
    {
        _policy.Host = host;
        return host is null ? Scheduler : new HostileDevices(Scheduler, host, world);
    }

    public void Dispose() => Scheduler.Dispose();
}

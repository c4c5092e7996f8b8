using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>Wraps the real device scheduler, breaks its contract if the host requests it, and holds no lease back.</summary>
sealed class HostileDevices(IDeviceScheduler inner, HostileHost host, VirtualWorld world) : IDeviceScheduler
{
    const int Rarely = 20;

    public IReadOnlyList<ComputeDevice> Devices => inner.Devices;

    public int OpenLeases => inner.OpenLeases;

    public int StuckLanes => inner.StuckLanes;

    public double LoadOf(DeviceRequest device)
    {
        host.ThrowAtTimes(Hostility.LoadThrows, 3);
        return inner.LoadOf(device);
    }

    public ValueTask<DeviceLease> AcquireAsync(PlacementRequest request, CancellationToken cancellationToken)
    {
        if (host.Strikes(Hostility.SchedulerThrows, Rarely))
        {
            throw host.ThrownByDevices(Hostility.SchedulerThrows);
        }

        if (host.Strikes(Hostility.LeaseIsNull, Rarely))
        {
            host.ReturnsBadLease(request.Block);
            return new((DeviceLease)null!);
        }

        return new(AcquireLaterAsync(request, cancellationToken));
    }

    async Task<DeviceLease> AcquireLaterAsync(PlacementRequest request, CancellationToken token)
    {
        if (host.Strikes(Hostility.SchedulerFails, Rarely))
        {
            await world.Delay(host.Next(5), CancellationToken.None);
            throw host.ThrownByDevices(Hostility.SchedulerFails);
        }

        if (host.Strikes(Hostility.LeaseIsAnothers, Rarely))
        {
            host.ReturnsBadLease(request.Block);
            return await inner.AcquireAsync(request with { Device = DeviceRequest.Named("other") }, token);
        }

        DeviceLease lease = await inner.AcquireAsync(request, token);
        if (host.Strikes(Hostility.LeaseIsReleased, Rarely))
        {
            host.ReturnsBadLease(request.Block);
            lease.Dispose();
        }

        if (host.Strikes(Hostility.LeaseIsLate, Rarely / 4))
        {
            await world.Delay(host.Next(60), CancellationToken.None);
        }

        return !host.Is(Hostility.ReleaseThrows) || lease.IsReleased ? lease : new DeviceLease(lease.Device, lease.Lane, lease.Holder, lease.Until, _ =>
        {
            lease.Dispose();
            host.ThrowAtTimes(Hostility.ReleaseThrows, 2);
        });
    }
}

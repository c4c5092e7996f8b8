using AgentChain.Devices;

namespace AgentChain.Tests.Seams;

/// <summary>A host's device scheduler, of which one member misbehaves.</summary>
sealed class HostScheduler(HostCode host, HostScheduler.Member bad, Func<DeviceLease, ValueTask<DeviceLease>>? lie = null) : IDeviceScheduler, IDisposable
{
    readonly DeviceScheduler _inner = new([ComputeDevice.Cpu(1), new ComputeDevice("other", DeviceKind.Other)]);

    public enum Member
    {
        Devices,
        OpenLeases,
        StuckLanes,
        HungCalls,
        ReportLost,
        IsPresent,
        PresenceChanged,
        LoadOf,
        AcquireAsync,
    }

    /// <summary>Gets how many leases are held in truth.</summary>
    public int Held => _inner.OpenLeases;

    public IReadOnlyList<ComputeDevice> Devices => bad == Member.Devices ? host.Return(_inner.Devices) : _inner.Devices;

    public int OpenLeases => bad == Member.OpenLeases ? host.Return(_inner.OpenLeases) : _inner.OpenLeases;

    public int StuckLanes => bad == Member.StuckLanes ? host.Return(_inner.StuckLanes) : _inner.StuckLanes;

    public int HungCalls => bad == Member.HungCalls ? host.Return(_inner.HungCalls) : _inner.HungCalls;

    public bool IsPresent(ComputeDevice device) => bad != Member.IsPresent || host.Return(true);

    public event EventHandler<DevicePresenceEventArgs>? PresenceChanged
    {
        add => Listen();
        remove => Listen();
    }

    public void ReportLost(ComputeDevice device, DeviceLostException reason)
    {
        if (bad == Member.ReportLost)
        {
            host.Act();
        }
    }

    public double LoadOf(DeviceRequest device) => bad == Member.LoadOf ? host.Return(0.0, double.NaN) : _inner.LoadOf(device);

    public ValueTask<DeviceLease> AcquireAsync(PlacementRequest request, CancellationToken cancellationToken)
    {
        if (bad != Member.AcquireAsync || !host.IsBad || host.Times >= host.Most)
        {
            return _inner.AcquireAsync(request, cancellationToken);
        }

        if (lie is null)
        {
            return host.ReturnAsync<DeviceLease>(null!);
        }

        host.Strikes();
        return lie(Take(request));
    }

    public void Dispose() => _inner.Dispose();

    /// <summary>Takes a lease on the device that was not asked for.</summary>
    public DeviceLease TakeOther() => Take(new("other", DeviceRequest.Named("other")));

    DeviceLease Take(PlacementRequest request)
    {
        Task<DeviceLease> taken = _inner.AcquireAsync(request, CancellationToken.None).AsTask();
        Assert.True(taken.IsCompletedSuccessfully);
        return taken.Result;
    }

    void Listen()
    {
        if (bad == Member.PresenceChanged)
        {
            host.Act();
        }
    }
}

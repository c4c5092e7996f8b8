using AgentChain.Devices;
using AgentChain.Testing;

namespace AgentChain.Tests.Devices;

public sealed class DeviceSchedulerTests : IDisposable
{
    readonly List<DeviceScheduler> _made = [];

    public static TheoryData<string> Checks => [.. new Contract([]).Checks.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task Contract_EveryCheck_Holds(string check) => new Contract(_made).Checks.Single(c => c.Name == check).RunAsync();

    DeviceScheduler Make(params ComputeDevice[] devices)
    {
        _made.Add(new DeviceScheduler(devices));
        return _made[^1];
    }

    [Fact]
    public void AcquireAsync_OfManyDevicesOnASmallStack_HasALease()
    {
        using var scheduler = new DeviceScheduler(Enumerable.Range(0, 50_000).Select(i => new ComputeDevice($"d{i}", DeviceKind.Other)));
        DeviceLease? lease = null;
        var thread = new Thread(() => lease = scheduler.AcquireAsync(new PlacementRequest("a", DeviceRequest.Any), default).AsTask().GetAwaiter().GetResult(), 128 * 1024);
        thread.Start();
        thread.Join();

        Assert.Equal("d0", lease!.Device.Name);
    }

    [Fact]
    public void Create_WithoutDevices_HasTheHostsProcessor()
    {
        using var scheduler = new DeviceScheduler();
        Assert.Equal(("cpu", DeviceKind.Cpu), (Assert.Single(scheduler.Devices).Name, scheduler.Devices[0].Kind));
    }

    [Fact]
    public void Create_BadDevices_Throws()
    {
        Assert.Throws<ArgumentException>(() => new DeviceScheduler([ComputeDevice.Cpu(), new("CPU", DeviceKind.Other)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceScheduler([ComputeDevice.Cpu() with { Lanes = 0 }]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceScheduler([ComputeDevice.Cpu() with { MaxLeases = 0 }]));
    }

    [Fact]
    public async Task Dispose_RequestsWaiting_EndWithObjectDisposed()
    {
        var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        DeviceLease held = await scheduler.AcquireAsync(new("a", DeviceRequest.Any), default);
        Task<DeviceLease> waiting = scheduler.AcquireAsync(new("b", DeviceRequest.Any), default).AsTask();
        scheduler.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await scheduler.AcquireAsync(new("c", DeviceRequest.Any), default));
        held.Dispose();
    }

    [Fact]
    public async Task AcquireAsync_LeastLoaded_SpreadsOverDevices()
    {
        DeviceScheduler scheduler = Make(new("a", DeviceKind.Cuda), new("b", DeviceKind.Cuda));
        List<string> given = [];
        for (int i = 0; i < 4; i++)
        {
            given.Add((await scheduler.AcquireAsync(new("block", DeviceRequest.OfKind(DeviceKind.Cuda)), default)).Device.Name);
        }

        Assert.Equal(["a", "b", "a", "b"], given);
    }

    public void Dispose() => _made.ForEach(s => s.Dispose());

    sealed class Contract(List<DeviceScheduler> made) : DeviceSchedulerContract
    {
        protected override IDeviceScheduler Create(params ComputeDevice[] devices)
        {
            made.Add(new DeviceScheduler(devices));
            return made[^1];
        }
    }
}

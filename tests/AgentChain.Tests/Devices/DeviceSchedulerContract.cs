using AgentChain.Devices;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Devices;

/// <summary>What every <see cref="IDeviceScheduler"/> must do; derive from it and make yours.</summary>
public abstract class DeviceSchedulerContract
{
    static readonly ComputeDevice Small = new("small:0", DeviceKind.Other) { MaxLeases = 2, Lanes = 2 };
    static readonly ComputeDevice Twin = new("twin:0", DeviceKind.Cuda) { MaxLeases = 1 };
    static readonly ComputeDevice OtherTwin = new("twin:1", DeviceKind.Cuda) { MaxLeases = 1 };

    /// <summary>Makes the scheduler under test for these devices.</summary>
    protected abstract IDeviceScheduler Make(params ComputeDevice[] devices);

    [Fact]
    public void Devices_AreThoseItWasMadeWith() => Assert.Equal([Small, Twin], Make(Small, Twin).Devices);

    [Fact]
    public async Task AcquireAsync_ByNameOrKind_NeverGivesADeviceThatWasNotAskedFor()
    {
        IDeviceScheduler scheduler = Make(Small, Twin, OtherTwin);
        using DeviceLease named = await scheduler.AcquireAsync(new("block", DeviceRequest.Named("TWIN:1"), until: 77), default);
        using DeviceLease kind = await scheduler.AcquireAsync(new("block", DeviceRequest.OfKind(DeviceKind.Cuda)), default);
        using DeviceLease any = await scheduler.AcquireAsync(new("block", DeviceRequest.Any), default);
        Assert.Equal((OtherTwin, "block", 77L), (named.Device, named.Holder, named.Until));
        Assert.Equal(Twin, kind.Device);
        Assert.Equal(Small, any.Device);
        Assert.Equal(3, scheduler.OpenLeases);
    }

    [Fact]
    public async Task AcquireAsync_SpeculativeWorkWaits_CertainWorkGoesFirst()
    {
        IDeviceScheduler scheduler = Make(Twin);
        var request = new PlacementRequest("block", DeviceRequest.Any);
        DeviceLease held = await scheduler.AcquireAsync(request, default);
        Task<DeviceLease> early = scheduler.AcquireAsync(request with { IsSpeculative = true }, default).AsTask();
        Task<DeviceLease> first = scheduler.AcquireAsync(request, default).AsTask();
        Task<DeviceLease> second = scheduler.AcquireAsync(request, default).AsTask();
        held.Dispose();
        (await first).Dispose();
        (await second).Dispose();
        (await early).Dispose();
        Assert.Equal(0, scheduler.OpenLeases);
    }

    [Fact]
    public async Task AcquireAsync_SpeculativeWorkBecomesCertainWhileItWaits_HasThePlaceItCameFor()
    {
        IDeviceScheduler scheduler = Make(Twin);
        var request = new PlacementRequest("block", DeviceRequest.Any);
        bool isSpeculative = true;
        DeviceLease held = await scheduler.AcquireAsync(request, default);
        Task<DeviceLease> never = scheduler.AcquireAsync(request with { IsSpeculative = true, StillSpeculative = () => true }, default).AsTask();
        Task<DeviceLease> early = scheduler.AcquireAsync(request with { IsSpeculative = true, StillSpeculative = () => isSpeculative }, default).AsTask();
        Task<DeviceLease> certain = scheduler.AcquireAsync(request, default).AsTask();
        isSpeculative = false;
        held.Dispose();
        (await early.WaitAsync(TimeSpan.FromSeconds(30))).Dispose();
        (await certain).Dispose();
        (await never).Dispose();
        Assert.Equal(0, scheduler.OpenLeases);
    }

    [Fact]
    public async Task AcquireAsync_SpeculativeWorkBecomesCertainWhileRoomIsGiven_IsNotPassedOver()
    {
        IDeviceScheduler scheduler = Make(Twin);
        var request = new PlacementRequest("block", DeviceRequest.Any);
        int asked = 0;
        DeviceLease held = await scheduler.AcquireAsync(request, default);
        Task<DeviceLease> early = scheduler.AcquireAsync(
            request with { IsSpeculative = true, StillSpeculative = () => asked++ == 0 }, default).AsTask();
        held.Dispose();
        (await early.WaitAsync(TimeSpan.FromSeconds(30))).Dispose();
        Assert.Equal(0, scheduler.OpenLeases);
    }

    [Fact]
    public async Task AcquireAsync_NoSuchDevice_ThrowsWithTheList()
    {
        IDeviceScheduler scheduler = Make(Small, Twin);
        DeviceNotPresentException error = await Assert.ThrowsAsync<DeviceNotPresentException>(
            async () => await scheduler.AcquireAsync(new("block", DeviceRequest.Named("cuda:9")), default));
        Assert.Contains("small:0, twin:0", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, scheduler.OpenLeases);
    }

    [Fact]
    public async Task AcquireAsync_Full_WaitsAndIsServedInOrderOfAsking()
    {
        IDeviceScheduler scheduler = Make(Twin);
        DeviceLease held = await scheduler.AcquireAsync(new("first", DeviceRequest.Any), default);
        Task<DeviceLease>[] waiting = [.. Enumerable.Range(0, 5).Select(i => scheduler.AcquireAsync(new($"{i}", DeviceRequest.Any), default).AsTask())];
        for (int i = 0; i < 5; i++)
        {
            Assert.All(waiting[i..], w => Assert.False(w.IsCompleted));
            held.Dispose();
            held.Dispose();
            held = await waiting[i].WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal($"{i}", held.Holder);
            Assert.Equal(1, scheduler.OpenLeases);
        }

        held.Dispose();
        Assert.True(held.IsReleased);
        Assert.Equal(0, scheduler.OpenLeases);
    }

    [Fact]
    public async Task AcquireAsync_WaitingForOneDevice_DoesNotHoldUpAnother()
    {
        IDeviceScheduler scheduler = Make(Twin, OtherTwin);
        using DeviceLease held = await scheduler.AcquireAsync(new("a", DeviceRequest.Named("twin:0")), default);
        Task<DeviceLease> waiting = scheduler.AcquireAsync(new("b", DeviceRequest.Named("twin:0")), default).AsTask();
        using DeviceLease other = await scheduler.AcquireAsync(new("c", DeviceRequest.Named("twin:1")), default).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task AcquireAsync_TokenFiresWhileItWaits_EndsAndLeavesNoLease()
    {
        IDeviceScheduler scheduler = Make(Twin);
        DeviceLease held = await scheduler.AcquireAsync(new("held", DeviceRequest.Any), default);
        using var source = new CancellationTokenSource();
        Task<DeviceLease> given = scheduler.AcquireAsync(new("given up", DeviceRequest.Any), source.Token).AsTask();
        Task<DeviceLease> next = scheduler.AcquireAsync(new("next", DeviceRequest.Any), default).AsTask();
        await source.CancelAsync();
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(source.Token, error.CancellationToken);
        held.Dispose();
        (await next.WaitAsync(TimeSpan.FromSeconds(30))).Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await scheduler.AcquireAsync(new("late", DeviceRequest.Any), source.Token));
        Assert.Equal(0, scheduler.OpenLeases);
    }

    [Fact]
    public async Task AcquireAsync_CancelsAndReleasesRace_NothingLeaks()
    {
        IDeviceScheduler scheduler = Make(Small, Twin);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            var random = new Random(n);
            for (int i = 0; i < 500; i++)
            {
                using var source = new CancellationTokenSource();
                Task<DeviceLease> asked = scheduler.AcquireAsync(new("block", DeviceRequest.Any), source.Token).AsTask();
                if (random.Next(3) == 0)
                {
                    await source.CancelAsync();
                }

                try
                {
                    using DeviceLease lease = await asked.WaitAsync(TimeSpan.FromSeconds(60));
                    Assert.InRange(scheduler.OpenLeases, 1, 3);
                    if (random.Next(4) == 0)
                    {
                        await Task.Yield();
                    }
                }
                catch (OperationCanceledException)
                {
                }
            }
        })));
        Assert.Equal(0, scheduler.OpenLeases);
    }

    [Fact]
    public async Task Lease_LaneIsStuck_CountsAndTheNextLeaseAvoidsIt()
    {
        IDeviceScheduler scheduler = Make(Small);
        var busy = new ManualResetEventSlim();
        DeviceLease stuck = await scheduler.AcquireAsync(new("deaf", DeviceRequest.Any), default);
        Task<int> running = stuck.Lane.RunAsync(busy, (b, _) =>
        {
            b.Wait();
            return 1;
        }, default).AsTask();
        stuck.Lane.MarkStuck();
        Assert.Equal(1, scheduler.StuckLanes);
        for (int i = 0; i < 5; i++)
        {
            using DeviceLease next = await scheduler.AcquireAsync(new("next", DeviceRequest.Any), default);
            Assert.NotSame(stuck.Lane, next.Lane);
            Assert.Equal(i, await next.Lane.RunAsync(i, (x, _) => x, default));
        }

        busy.Set();
        await running;
        stuck.Dispose();
        await Eventually.Async(() => scheduler.StuckLanes == 0);
    }
}

public sealed class DeviceSchedulerTests : DeviceSchedulerContract, IDisposable
{
    readonly List<DeviceScheduler> _made = [];

    protected override IDeviceScheduler Make(params ComputeDevice[] devices)
    {
        _made.Add(new DeviceScheduler(devices));
        return _made[^1];
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
        IDeviceScheduler scheduler = Make(new("a", DeviceKind.Cuda), new("b", DeviceKind.Cuda));
        List<string> given = [];
        for (int i = 0; i < 4; i++)
        {
            given.Add((await scheduler.AcquireAsync(new("block", DeviceRequest.OfKind(DeviceKind.Cuda)), default)).Device.Name);
        }

        Assert.Equal(["a", "b", "a", "b"], given);
    }

    public void Dispose() => _made.ForEach(s => s.Dispose());
}

using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Devices;

/// <summary>Devices that disappear while they are in use, and come back.</summary>
public class LostDeviceTests
{
    static readonly ComputeDevice First = new("cuda:0", DeviceKind.Cuda) { MaxLeases = 1 };
    static readonly ComputeDevice Second = new("cuda:1", DeviceKind.Cuda) { MaxLeases = 1 };

    [Fact]
    public async Task MarkLost_WorkOnItsLanes_EndsAtOnceAndOthersGoOn()
    {
        using var scheduler = new DeviceScheduler([First, Second]);
        using DeviceLease lost = await scheduler.AcquireAsync(On("cuda:0"), default);
        using DeviceLease other = await scheduler.AcquireAsync(On("cuda:1"), default);
        using var release = new ManualResetEventSlim();
        Task<int> running = lost.Lane.RunAsync(release, static (r, _) => r.Wait(TimeSpan.FromSeconds(60)) ? 1 : 0, default).AsTask();
        Task<int> waits = lost.Lane.RunAsync(1, static (x, _) => x, default).AsTask();
        scheduler.MarkLost("CUDA:0", new InvalidOperationException("bus"));
        DeviceLostException error = await Assert.ThrowsAsync<DeviceLostException>(() => running);
        Assert.Equal("cuda:0", error.Device);
        Assert.Contains("The device cuda:0 was lost: InvalidOperationException.", error.Message);
        Assert.Same(error, await Assert.ThrowsAsync<DeviceLostException>(() => waits));
        Assert.Same(error, await Assert.ThrowsAsync<DeviceLostException>(async () => await lost.Lane.RunAsync(1, static (x, _) => x, default)));
        Assert.Equal(2, await other.Lane.RunAsync(2, static (x, _) => x, default));
        release.Set();
    }

    [Fact]
    public async Task MarkLost_WaitingRequests_GoToOtherDevicesOrFail()
    {
        using var scheduler = new DeviceScheduler([First, Second]);
        DeviceLease one = await scheduler.AcquireAsync(On("cuda:0"), default);
        DeviceLease two = await scheduler.AcquireAsync(On("cuda:1"), default);
        Task<DeviceLease> onlyThere = scheduler.AcquireAsync(On("cuda:0"), default).AsTask();
        Task<DeviceLease> anywhere = scheduler.AcquireAsync(new("any", DeviceRequest.OfKind(DeviceKind.Cuda)), default).AsTask();
        Task<DeviceLease> falls = scheduler.AcquireAsync(new("falls", DeviceRequest.Named("cuda:0").Or(DeviceRequest.Named("cuda:1"))), default).AsTask();
        scheduler.MarkLost("cuda:0");
        Assert.True(scheduler.IsLost("cuda:0"));
        await Assert.ThrowsAsync<DeviceLostException>(() => onlyThere);
        one.Dispose();
        Assert.False(anywhere.IsCompleted);
        two.Dispose();
        using (DeviceLease served = await anywhere)
        {
            Assert.Equal("cuda:1", served.Device.Name);
        }

        (await falls).Dispose();
        Assert.Equal(0, scheduler.OpenLeases);
    }

    [Fact]
    public async Task Acquire_OnlyDeviceIsLost_IsRefusedAndServedWhenItIsBack()
    {
        using var scheduler = new DeviceScheduler([First, Second]);
        scheduler.MarkLost("cuda:0");
        scheduler.MarkLost("cuda:0");
        await Assert.ThrowsAsync<DeviceLostException>(async () => await scheduler.AcquireAsync(On("cuda:0"), default));
        Assert.Equal(0, scheduler.LoadOf(DeviceRequest.Named("cuda:0")));
        scheduler.Restore("cuda:0");
        scheduler.Restore("cuda:0");
        Assert.False(scheduler.IsLost("cuda:0"));
        using DeviceLease lease = await scheduler.AcquireAsync(On("cuda:0"), default);
        Assert.Equal(1, await lease.Lane.RunAsync(1, static (x, _) => x, default));
    }

    [Fact]
    public async Task Restore_LeaseFromBefore_ServesItsHolderAgain()
    {
        using var scheduler = new DeviceScheduler([First]);
        using DeviceLease lease = await scheduler.AcquireAsync(On("cuda:0"), default);
        using var release = new ManualResetEventSlim();
        Task<int> hangs = lease.Lane.RunAsync(release, static (r, _) => r.Wait(TimeSpan.FromSeconds(60)) ? 1 : 0, default).AsTask();
        scheduler.MarkLost("cuda:0");
        await Assert.ThrowsAsync<DeviceLostException>(() => hangs);
        scheduler.Restore("cuda:0");
        Assert.Equal(1, await lease.Lane.RunAsync(1, static (x, _) => x, default));
        release.Set();
    }

    [Fact]
    public async Task MarkLost_UnknownName_ListsTheDevices()
    {
        using var scheduler = new DeviceScheduler([First, Second]);
        Assert.Contains("no device 'tpu'; available devices: cuda:0, cuda:1", Assert.Throws<ArgumentException>(() => scheduler.MarkLost("tpu")).Message);
        Assert.Throws<ArgumentException>(() => scheduler.Restore(" "));
        await Task.CompletedTask;
    }

    [Fact]
    public void Block_FindsItsDeviceGone_TheTurnFailsAndLaterOnesGoElsewhere() => VirtualWorld.Run(async world =>
    {
        using var scheduler = new DeviceScheduler([First, Second], new PinnedPolicy());
        int runs = 0;
        await using Chain<int, string> chain = Chain.From<int>("lost")
            .Then("model", async (int x, BlockContext c, CancellationToken token) =>
            {
                await world.Delay(10, token);
                return ++runs == 1 ? throw new DeviceLostException("cuda:0") : c.Lease!.Device.Name;
            }, o => o.On(DeviceKind.Cuda))
            .Build(world.Options(o => o.Devices = scheduler));
        TurnResult failed = await chain.Start(1).Completion;
        Assert.Equal(TurnOutcome.Failed, failed.Outcome);
        Assert.IsType<DeviceLostException>(failed.Error!.InnerException);
        Assert.True(scheduler.IsLost("cuda:0"));
        Assert.Equal("cuda:1", await chain.RunAsync(2));
        scheduler.Restore("cuda:0");
        Assert.Equal("cuda:0", await chain.RunAsync(3));
    });

    [Fact]
    public void Block_NamesAnotherDevice_NothingIsLost() => VirtualWorld.Run(async world =>
    {
        using var scheduler = new DeviceScheduler([First, Second], new PinnedPolicy());
        await using Chain<int, int> chain = Chain.From<int>("lies")
            .Then("model", (int _, CancellationToken _) => ValueTask.FromException<int>(new DeviceLostException("cuda:1")), o => o.On("cuda:0"))
            .Build(world.Options(o => o.Devices = scheduler));
        Assert.Equal(TurnOutcome.Failed, (await chain.Start(1).Completion).Outcome);
        Assert.Equal((false, false), (scheduler.IsLost("cuda:0"), scheduler.IsLost("cuda:1")));
    });

    [Fact]
    public async Task ReportLost_ExceptionOfAnEarlierLoss_TheDeviceThatIsBackStays()
    {
        using var scheduler = new DeviceScheduler([First]);
        scheduler.MarkLost("cuda:0");
        DeviceLostException old = await Assert.ThrowsAsync<DeviceLostException>(async () => await scheduler.AcquireAsync(On("cuda:0"), default));
        scheduler.Restore("cuda:0");
        ((IDeviceScheduler)scheduler).ReportLost(First, old);
        Assert.False(scheduler.IsLost("cuda:0"));
        scheduler.MarkLost("cuda:0");
        scheduler.Restore("cuda:0");
        ((IDeviceScheduler)scheduler).ReportLost(First, old);
        Assert.False(scheduler.IsLost("cuda:0"));
        ((IDeviceScheduler)scheduler).ReportLost(First, new DeviceLostException("cuda:0"));
        Assert.True(scheduler.IsLost("cuda:0"));
    }

    static PlacementRequest On(string device) => new("block", DeviceRequest.Named(device));
}

using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

/// <summary>Who waits for a device, seen at once: nothing here is awaited that might never come.</summary>
public class DeviceSchedulerWaitingTests
{
    static readonly ComputeDevice One = new("one", DeviceKind.Other) { MaxLeases = 1 };
    static readonly PlacementRequest Request = new("block", DeviceRequest.Any);

    [Fact]
    public void LoadOf_WaiterWasCancelled_CountsOnlyThoseWhoWait()
    {
        using var scheduler = new DeviceScheduler([One]);
        using DeviceLease held = Now(scheduler.AcquireAsync(Request, default));
        using var source = new CancellationTokenSource();
        Task<DeviceLease> waits = scheduler.AcquireAsync(Request, source.Token).AsTask();
        Assert.Equal(2, scheduler.LoadOf(DeviceRequest.Any));
        source.Cancel();
        Assert.True(waits.IsCanceled);
        Assert.Equal(1, scheduler.LoadOf(DeviceRequest.Any));
    }

    [Fact]
    public void LoadOf_OthersWaitForAnotherDevice_CountsOnlyWhatWaitsForThisOne()
    {
        using var scheduler = new DeviceScheduler([One, One with { Name = "two", Kind = DeviceKind.Cuda }]);
        DeviceLease held = Now(scheduler.AcquireAsync(new("block", DeviceRequest.Named("two")), default));
        Task<DeviceLease>[] waiting =
        [
            scheduler.AcquireAsync(new("block", DeviceRequest.Named("two")), default).AsTask(),
            scheduler.AcquireAsync(new("block", DeviceRequest.Named("TWO")), default).AsTask(),
            scheduler.AcquireAsync(new("block", DeviceRequest.OfKind(DeviceKind.Cuda)), default).AsTask(),
        ];

        Assert.Equal(0, scheduler.LoadOf(DeviceRequest.Named("one")));
        Assert.Equal(4, scheduler.LoadOf(DeviceRequest.Named("two")));
        Assert.Equal(2, scheduler.LoadOf(DeviceRequest.Any));

        held.Dispose();
        Assert.Equal(3, scheduler.LoadOf(DeviceRequest.Named("two")));
        Assert.Single(waiting, task => task.IsCompleted);
    }

    [Fact]
    public void LoadOf_OneDeviceOfTwo_CountsThatOneAlone()
    {
        using var scheduler = new DeviceScheduler([One, One with { Name = "two", Kind = DeviceKind.Cuda, MaxLeases = 4 }]);
        using DeviceLease held = Now(scheduler.AcquireAsync(new("block", DeviceRequest.Named("one")), default));
        Assert.Equal(1, scheduler.LoadOf(DeviceRequest.Named("one")));
        Assert.Equal(0, scheduler.LoadOf(DeviceRequest.OfKind(DeviceKind.Cuda)));
        Assert.Equal(0.2, scheduler.LoadOf(DeviceRequest.Any));
        Assert.Equal(0, scheduler.LoadOf(DeviceRequest.Named("three")));
    }

    [Fact]
    public void Release_SpeculativeAndCertainWorkWait_CertainWorkIsServed()
    {
        using var scheduler = new DeviceScheduler([One]);
        DeviceLease held = Now(scheduler.AcquireAsync(Request, default));
        Task<DeviceLease> early = scheduler.AcquireAsync(Request with { IsSpeculative = true }, default).AsTask();
        Task<DeviceLease> first = scheduler.AcquireAsync(Request, default).AsTask();
        Task<DeviceLease> second = scheduler.AcquireAsync(Request, default).AsTask();
        held.Dispose();
        Assert.Equal((false, true, false), (early.IsCompleted, first.IsCompleted, second.IsCompleted));
        first.Result.Dispose();
        Assert.Equal((false, true), (early.IsCompleted, second.IsCompleted));
        second.Result.Dispose();
        Assert.True(early.IsCompleted);
        early.Result.Dispose();
        Assert.Equal(0, scheduler.OpenLeases);
        Assert.Equal(0, scheduler.LoadOf(DeviceRequest.Any));
    }

    [Fact]
    public void Release_SpeculativeWorkHasBecomeCertain_HasThePlaceItCameFor()
    {
        using var scheduler = new DeviceScheduler([One]);
        bool isSpeculative = true;
        DeviceLease held = Now(scheduler.AcquireAsync(Request, default));
        Task<DeviceLease> early = scheduler.AcquireAsync(Request with { IsSpeculative = true, StillSpeculative = () => isSpeculative }, default).AsTask();
        Task<DeviceLease> certain = scheduler.AcquireAsync(Request, default).AsTask();
        isSpeculative = false;
        held.Dispose();
        Assert.Equal((true, false), (early.IsCompleted, certain.IsCompleted));
        early.Result.Dispose();
        certain.Result.Dispose();
    }

    [Fact]
    public void Release_ManyWait_AreServedInTheOrderInWhichTheyCame()
    {
        using var scheduler = new DeviceScheduler([One]);
        DeviceLease held = Now(scheduler.AcquireAsync(Request, default));
        Task<DeviceLease>[] waiting = [.. Enumerable.Range(0, 4).Select(_ => scheduler.AcquireAsync(Request, default).AsTask())];
        for (int i = 0; i < waiting.Length; i++)
        {
            held.Dispose();
            Assert.Equal(i + 1, waiting.Count(w => w.IsCompleted));
            Assert.True(waiting[i].IsCompleted);
            held = waiting[i].Result;
        }

        held.Dispose();
    }

    [Fact]
    public void AcquireAsync_PolicyPicksNoCandidate_Waits()
    {
        var policy = new Picking();
        using var scheduler = new DeviceScheduler([One with { MaxLeases = 2 }], policy);
        using DeviceLease held = Now(scheduler.AcquireAsync(Request, default));
        policy.Pick = -1;
        Task<DeviceLease> waits = scheduler.AcquireAsync(Request, default).AsTask();
        Assert.False(waits.IsCompleted);
        Assert.Equal(1, scheduler.OpenLeases);
        policy.Pick = 0;
        held.Dispose();
        Assert.True(waits.IsCompleted);
        waits.Result.Dispose();
    }

    [Fact]
    public void AcquireAsync_NoSuchDevice_IsRefusedAtOnce()
    {
        using var scheduler = new DeviceScheduler([One]);
        Assert.IsType<DeviceNotPresentException>(scheduler.AcquireAsync(new("block", DeviceRequest.Named("two")), default).AsTask().Exception?.InnerException);
    }

    [Fact]
    public void Dispose_RequestsWait_AreToldAtOnce()
    {
        var scheduler = new DeviceScheduler([One]);
        using DeviceLease held = Now(scheduler.AcquireAsync(Request, default));
        Task<DeviceLease> waits = scheduler.AcquireAsync(Request, default).AsTask();
        scheduler.Dispose();
        Assert.IsType<ObjectDisposedException>(waits.Exception?.InnerException);
        Assert.IsType<ObjectDisposedException>(scheduler.AcquireAsync(Request, default).AsTask().Exception?.InnerException);
    }

    [Fact]
    public void Lease_Lanes_AreSharedAmongLeases()
    {
        using var scheduler = new DeviceScheduler([One with { MaxLeases = 4, Lanes = 2 }]);
        DeviceLease[] two = [Now(scheduler.AcquireAsync(Request, default)), Now(scheduler.AcquireAsync(Request, default))];
        Assert.NotSame(two[0].Lane, two[1].Lane);
        foreach (int i in new[] { 1, 0, 0, 1, 1 })
        {
            DeviceLane free = two[i].Lane;
            two[i].Dispose();
            two[i] = Now(scheduler.AcquireAsync(Request, default));
            Assert.Same(free, two[i].Lane);
        }

        Array.ForEach(two, l => l.Dispose());
    }

    static DeviceLease Now(ValueTask<DeviceLease> lease)
    {
        Assert.True(lease.IsCompleted, "The lease was not given at once.");
        return lease.Result;
    }

    sealed class Picking : IDevicePlacementPolicy
    {
        public int Pick { get; set; }

        public string Name => "picking";

        int IDevicePlacementPolicy.Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates) => Pick;
    }
}

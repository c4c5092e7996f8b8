using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

/// <summary>A policy that uses the scheduler from within its own call.</summary>
public sealed class NestedPolicyTests
{
    [Fact]
    public async Task AcquireAsync_PolicyGivesTheLastPlaceAwayItself_TheRequestWaits()
    {
        var policy = new Acting();
        using var scheduler = new DeviceScheduler([new ComputeDevice("one", DeviceKind.Other) { MaxLeases = 1 }], policy);
        Task<DeviceLease>? inner = null;
        policy.On = block =>
        {
            if (block == "outer" && inner is null)
            {
                inner = scheduler.AcquireAsync(new("inner", DeviceRequest.Any), default).AsTask();
            }
        };
        Task<DeviceLease> outer = scheduler.AcquireAsync(new("outer", DeviceRequest.Any), default).AsTask();
        Assert.Equal((true, false, 1), (inner!.IsCompleted, outer.IsCompleted, scheduler.OpenLeases));
        (await inner).Dispose();
        (await outer.WaitAsync(TimeSpan.FromMinutes(1))).Dispose();
    }

    [Fact]
    public async Task Release_PolicyGivesALeaseBackForWhomItsDeviceIsFull_ThatOneIsServed()
    {
        var policy = new Acting();
        using var scheduler = new DeviceScheduler(
            [new ComputeDevice("one", DeviceKind.Other) { MaxLeases = 1 }, new ComputeDevice("two", DeviceKind.Other) { MaxLeases = 1 }], policy);
        DeviceLease one = await scheduler.AcquireAsync(new("first", DeviceRequest.Named("one")), default);
        DeviceLease two = await scheduler.AcquireAsync(new("second", DeviceRequest.Named("two")), default);
        Task<DeviceLease> waits = scheduler.AcquireAsync(new("waits", DeviceRequest.Named("one")), default).AsTask();

        // The last that is asked about, so that nobody who waits is asked about after it.
        Task<DeviceLease> last = scheduler.AcquireAsync(new("last", DeviceRequest.Named("two")) { IsSpeculative = true }, default).AsTask();
        policy.On = block =>
        {
            if (block == "last")
            {
                one.Dispose();
            }
        };
        two.Dispose();
        (await waits.WaitAsync(TimeSpan.FromSeconds(20))).Dispose();
        (await last.WaitAsync(TimeSpan.FromSeconds(20))).Dispose();
        Assert.Equal(0, scheduler.OpenLeases);
    }

    [Fact]
    public void IsSpeculativeNow_QuestionThrows_CountsAsSpeculative() =>
        Assert.True(new PlacementRequest("block", DeviceRequest.Any) { IsSpeculative = true, StillSpeculative = static () => throw new InvalidDataException() }.IsSpeculativeNow);

    sealed class Acting : IDevicePlacementPolicy
    {
        public Action<string>? On { get; set; }

        public string Name => "acting";

        public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
        {
            On?.Invoke(request.Block);
            return 0;
        }
    }
}

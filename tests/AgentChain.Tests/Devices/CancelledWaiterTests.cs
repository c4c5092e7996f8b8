using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

/// <summary>A request whose token fires at the very moment at which it is served.</summary>
public sealed class CancelledWaiterTests
{
    [Fact]
    public async Task Release_TokenOfTheNextFiresWhileItIsPlaced_TheLeaseGoesToTheOneAfterIt()
    {
        using var source = new CancellationTokenSource();
        var policy = new Cancelling(source);
        using var scheduler = new DeviceScheduler([new ComputeDevice("one", DeviceKind.Other) { MaxLeases = 1 }], policy);
        DeviceLease held = await scheduler.AcquireAsync(new("first", DeviceRequest.Any), default);
        Task<DeviceLease> late = scheduler.AcquireAsync(new("late", DeviceRequest.Any), source.Token).AsTask();
        held.Dispose();
        Assert.True(late.IsCanceled);
        Assert.Equal(0, scheduler.OpenLeases);
        ValueTask<DeviceLease> next = scheduler.AcquireAsync(new("next", DeviceRequest.Any), default);
        Assert.True(next.IsCompleted, "The place was lost.");
        (await next).Dispose();
    }

    sealed class Cancelling(CancellationTokenSource source) : IDevicePlacementPolicy
    {
        public string Name => "cancelling";

        public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
        {
            if (request.Block == "late")
            {
                source.Cancel();
            }

            return 0;
        }
    }
}

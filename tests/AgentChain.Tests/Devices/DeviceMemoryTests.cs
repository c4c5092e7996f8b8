using System.Runtime.CompilerServices;
using AgentChain.Devices;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Devices;

/// <summary>A long-lived token, as a host's can be, does not keep finished work alive.</summary>
public class DeviceMemoryTests
{
    [Fact]
    public void AcquireAsync_RequestWasServedAfterAWait_ItsTokenDoesNotKeepIt()
    {
        using var caller = new CancellationTokenSource();
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        WeakReference request = WaitAndBeServed(scheduler, caller.Token);
        Assert.Equal(0, scheduler.OpenLeases);
        Collected.Assert(request);
        GC.KeepAlive(caller);
    }

    [Fact]
    public async Task RunAsync_JobIsDone_ItsTokenDoesNotKeepIt()
    {
        using var caller = new CancellationTokenSource();
        using var lane = new DeviceLane("lane");
        WeakReference state = Run(lane, caller.Token);

        // The lane's thread lets go of a job when it takes the next one.
        Assert.Equal(1, await lane.RunAsync(0, (_, _) => 1, default).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(2, await lane.RunAsync(0, (_, _) => 2, default).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        Collected.Assert(state);
        GC.KeepAlive(caller);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference WaitAndBeServed(DeviceScheduler scheduler, CancellationToken token)
    {
        object mark = new();
        var request = new PlacementRequest("block", DeviceRequest.Any);
        Task<DeviceLease> held = scheduler.AcquireAsync(request, default).AsTask();
        Task<DeviceLease> waits = scheduler.AcquireAsync(
            request with { IsSpeculative = true, StillSpeculative = () => mark.GetHashCode() == 0 }, token).AsTask();
        Assert.False(waits.IsCompleted);
        held.Result.Dispose();
        Assert.True(waits.IsCompletedSuccessfully);
        waits.Result.Dispose();
        return new WeakReference(mark);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference Run(DeviceLane lane, CancellationToken token)
    {
        object mark = new();
        Assert.True(lane.RunAsync(mark, (m, _) => m is not null, token).AsTask().Wait(TimeSpan.FromSeconds(60)));
        return new WeakReference(mark);
    }
}

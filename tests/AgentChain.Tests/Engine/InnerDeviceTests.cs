using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;
using static AgentChain.Tests.Engine.InnerWorkTests;

namespace AgentChain.Tests.Engine;

/// <summary>Leases of work inside a block.</summary>
public sealed class InnerDeviceTests
{
    [Fact]
    public void AcquireAsync_EarlyAndCommittedWorkWait_CommittedWorkGoesFirst() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        List<string> order = [];
        await Report(
            world,
            async (context, token) =>
            {
                EarlyWork early = context.TryBeginEarly(new EarlyRequest("early", 0.9) { Work = 20.Milliseconds() })!;
                InnerWork first = context.Begin("first");
                DeviceLease held = await first.AcquireAsync(DeviceRequest.Any, token);
                Task[] waiting = [UseAsync(early, token), UseAsync(context.Begin("second"), token)];
                await world.Delay(5, token);
                first.Release(held);
                await Task.WhenAll(waiting);
            },
            o => (o.Devices, o.Speculation) = (devices, new SpeculationOptions { Controller = new EagerController() }));

        Assert.Equal(["respond/second", "respond/early"], order);
        Assert.Equal(0, devices.OpenLeases);

        async Task UseAsync(InnerWork work, CancellationToken token)
        {
            DeviceLease lease = await work.AcquireAsync(DeviceRequest.Any, token);
            order.Add(lease.Holder);
            await world.Delay(1, token);
            work.Release(lease);
            work.End(InnerStatus.Completed);
        }
    });

    [Fact]
    public void AcquireAsync_CanceledWhileItWaits_HoldsNothing() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        await Report(
            world,
            async (context, token) =>
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
                InnerWork first = context.Begin("first");
                InnerWork second = context.Begin("second");
                DeviceLease held = await first.AcquireAsync(DeviceRequest.Any, token);
                Task<DeviceLease> waiting = second.AcquireAsync(DeviceRequest.Any, stop.Token).AsTask();
                Cancel(stop);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.AcquireAsync(DeviceRequest.Any, stop.Token).AsTask());
                first.Release(held);
                first.Release(null);
            },
            o => o.Devices = devices);

        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void ReportLost_DeviceOfItsLease_IsNotUsedAnyMore() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([new("a", DeviceKind.Other), new("b", DeviceKind.Other)]);
        await Report(
            world,
            async (context, token) =>
            {
                InnerWork work = context.Begin("work");
                work.ReportLost(new DeviceLostException("a"));
                DeviceLease lease = await work.AcquireAsync(DeviceRequest.Named("a"), token);
                work.ReportLost(new DeviceLostException("b"));
                Assert.Equal((false, false), (devices.IsLost("a"), devices.IsLost("b")));

                work.ReportLost(new DeviceLostException("A"));
                Assert.Equal((true, false), (devices.IsLost("a"), devices.IsLost("b")));
                work.Release(lease);
                work.End(InnerStatus.Failed);
                Assert.Throws<ArgumentNullException>(() => work.ReportLost(null!));
            },
            o => o.Devices = devices);
    });

    /// <summary>Cancels in place: CancelAsync would leave virtual time.</summary>
    static void Cancel(CancellationTokenSource source) => source.Cancel();
}

using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Building;

/// <summary>Chains that warm idle blocks up again, in virtual time.</summary>
public partial class KeepWarmTests
{
    const double Slice = 20;
    static readonly ComputeDevice[] Two = [new("cuda:0", DeviceKind.Cuda), new("cuda:1", DeviceKind.Cuda)];

    [Fact]
    public void KeepWarm_NoTurns_WarmsUpOnEachDeviceAfterEachPeriod() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        var model = new Model(world);
        await using Chain<int, int> chain = Build(world, devices, model, 100);
        await world.Delay(350);
        Assert.Equal(
            ["100 cuda:0", "100 cuda:1", "200 cuda:0", "200 cuda:1", "300 cuda:0", "300 cuda:1"], model.Warmed);
        Assert.True(chain.Readiness.IsReady);
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void KeepWarm_NotSet_WarmsNothing() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        var model = new Model(world);
        await using Chain<int, int> chain = Build(world, devices, model, null);
        await world.Delay(10_000);
        Assert.Empty(model.Warmed);
    });

    [Fact]
    public void KeepWarm_BlockIsUsed_OnlyTheDeviceOnWhichItIsIdleIsWarmed() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two, new PinnedPolicy()) { Time = world.Clock };
        var model = new Model(world);
        await using Chain<int, int> chain = Build(world, devices, model, 100);
        for (int i = 0; i < 5; i++)
        {
            await world.Delay(50);
            await chain.RunAsync(i);
        }

        Assert.Equal(["100 cuda:1", "200 cuda:1"], model.Warmed);
    });

    [Fact]
    public void KeepWarm_WarmUpByTheHost_CountsAsUse() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        var model = new Model(world);
        await using Chain<int, int> chain = Build(world, devices, model, 100);
        await world.Delay(60);
        await chain.WarmUpAsync();
        await world.Delay(95);
        Assert.Equal(["60 cuda:0", "60 cuda:1"], model.Warmed);
        await world.Delay(10);
        Assert.Equal(["160 cuda:0", "160 cuda:1"], model.Warmed.Skip(2));
    });

    [Theory]
    [InlineData(1, 64)]
    [InlineData(19.9, 64)]
    [InlineData(20, 64)]
    [InlineData(333, 64)]
    [InlineData(7, 1)]
    public void KeepWarm_CommittedTurnArrives_WaitsForOneSliceAtMost(double after, int leases) => VirtualWorld.Run(async world =>
    {
        var machine = new SimulatedDevice(world.Clock, slice: TimeSpan.FromMilliseconds(Slice));
        using var devices = new DeviceScheduler([Two[0] with { MaxLeases = leases }]) { Time = world.Clock };
        var model = new Model(world) { Machine = machine, WarmUp = 2000, Work = 50 };
        await using Chain<int, int> chain = Build(world, devices, model, 100);
        await world.Delay(100 + after);
        Assert.Equal(1, machine.Running);

        TimeSpan from = world.Elapsed;
        await chain.RunAsync(1);
        Assert.InRange((world.Elapsed - from).TotalMilliseconds, 50, 50 + Slice);
        Assert.Equal(0, machine.Running + machine.Waiting + devices.OpenLeases);
        Assert.Equal(ReadinessState.Cold, Assert.Single(chain.Readiness.Blocks).State);
    });

    [Fact]
    public void KeepWarm_TurnOfAnotherChain_MakesItGiveWayToo() => VirtualWorld.Run(async world =>
    {
        var machine = new SimulatedDevice(world.Clock, slice: TimeSpan.FromMilliseconds(Slice));
        using var devices = new DeviceScheduler([Two[0]]) { Time = world.Clock };
        var model = new Model(world) { Machine = machine, WarmUp = 2000 };
        await using Chain<int, int> kept = Build(world, devices, model, 100);
        await using Chain<int, int> other = Build(world, devices, new Model(world) { Machine = machine, Work = 50 }, null);
        await world.Delay(105);
        Assert.Equal(1, devices.OpenLeases);
        TimeSpan from = world.Elapsed;
        await other.RunAsync(1);
        Assert.InRange((world.Elapsed - from).TotalMilliseconds, 50, 50 + Slice);
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void KeepWarm_DeviceIsBusy_GivesWayAtOnce() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Two[0]]) { Time = world.Clock };
        var model = new Model(world) { WarmUp = 30 };
        await using Chain<int, int> chain = Build(world, devices, model, 100);
        DeviceLease busy = await devices.AcquireAsync(new("other", DeviceRequest.Any), default);
        await world.Delay(150);
        Assert.Equal(1, devices.OpenLeases);
        Assert.False(chain.Readiness.IsReady);
        busy.Dispose();
        await world.Delay(100);
        Assert.True(chain.Readiness.IsReady);
    });

    [Fact]
    public void KeepWarm_BlockWithoutADevice_GivesWayToItsOwnRuns() => VirtualWorld.Run(async world =>
    {
        var model = new Model(world) { WarmUp = 1000 };
        await using Chain<int, int> chain = Chain.From<int>("plain").Then("model", model)
            .Build(world.Options(o => o.KeepWarm = 100.Milliseconds()));
        await world.Delay(150);
        Assert.Equal(1, model.Warming);
        await chain.RunAsync(1);
        Assert.Equal(0, model.Warming);
    });

    [Fact]
    public void KeepWarm_WarmUp_IsSpeculativeAndNeverCommitted() => VirtualWorld.Run(async world =>
    {
        List<(bool, bool)> seen = [];
        bool isCommitted = false;
        var model = new Model(world)
        {
            Effect = async (context, token) =>
            {
                seen.Add((context.IsWarmUp, context.IsSpeculative));
                await context.CommittedAsync(token);
                isCommitted = true;
            },
        };
        await using (Chain<int, int> chain = Chain.From<int>("plain").Then("model", model)
            .Build(world.Options(o => o.KeepWarm = 100.Milliseconds())))
        {
            await world.Delay(1000);
            Assert.Equal([(true, true)], seen);
        }

        Assert.False(isCommitted);
        Assert.Equal(0, model.Warming);
    });

    [Fact]
    public void DisposeAsync_WarmUpInProgress_EndsItAndStartsNoOther() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Two[0]]) { Time = world.Clock };
        var model = new Model(world) { WarmUp = 1000 };
        Chain<int, int> chain = Build(world, devices, model, 100);
        await world.Delay(150);
        Assert.Equal(1, model.Warming);
        await chain.DisposeAsync();
        Assert.Equal((0, 0), (model.Warming, devices.OpenLeases));
        await world.Delay(1000);
        Assert.Single(model.Warmed);
    });

    [Fact]
    public void DrainAsync_ChainIsKeptWarm_StartsNoOther() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Two[0]]) { Time = world.Clock };
        var model = new Model(world);
        await using Chain<int, int> chain = Build(world, devices, model, 100);
        await chain.DrainAsync();
        await world.Delay(1000);
        Assert.Empty(model.Warmed);
    });

    [Fact]
    public void KeepWarm_WarmUpFails_IsSaidAndTriedAgain() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Two[0]]) { Time = world.Clock };
        bool fails = true;
        var model = new Model(world) { Effect = (_, _) => fails ? throw new InvalidOperationException("cold") : Task.CompletedTask };
        await using Chain<int, int> chain = Build(world, devices, model, 100);
        await world.Delay(150);
        Assert.Equal(ReadinessState.Failed, Assert.Single(chain.Readiness.Blocks).State);
        fails = false;
        await world.Delay(100);
        Assert.True(chain.Readiness.IsReady);
        Assert.Equal(1, await chain.RunAsync(1));
    });

    [Fact]
    public void KeepWarm_WarmUpHangs_OtherDevicesAreKeptWarm() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        var never = new TaskCompletionSource();
        var model = new Model(world) { Effect = (context, _) => context.Lease!.Device.Name == "cuda:0" ? never.Task : Task.CompletedTask };
        await using (Chain<int, int> chain = Build(world, devices, model, 100))
        {
            await world.Delay(350);
            Assert.Equal(["100 cuda:0", "100 cuda:1", "200 cuda:1", "300 cuda:1"], model.Warmed);
            Assert.Equal(2, await chain.RunAsync(2));
        }

        Assert.Equal(0, devices.OpenLeases);
        never.SetResult();
    });

    [Fact]
    public void KeepWarm_DeviceIsLostAndBack_IsWarmedAtOnce() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        var model = new Model(world);
        await using Chain<int, int> chain = Build(world, devices, model, 100);
        await chain.WarmUpAsync();
        await world.Delay(10);
        devices.MarkLost("cuda:1");
        await world.Delay(30);
        Assert.Equal(["0 cuda:0", "0 cuda:1"], model.Warmed);
        devices.Restore("cuda:1");
        Assert.False(chain.Readiness.IsReady);
        await world.Delay(1);
        Assert.Equal(["40 cuda:1"], model.Warmed.Skip(2));
        Assert.True(chain.Readiness.IsReady);
    });

    [Fact]
    public void KeepWarm_DeviceIsLostDuringAWarmUp_IsColdAndWarmedAtOnceWhenItIsBack() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Two[0]]) { Time = world.Clock };
        bool isLost = false;
        var model = new Model(world)
        {
            Effect = async (_, token) =>
            {
                await world.Delay(10, token);
                if (isLost)
                {
                    throw new DeviceLostException("cuda:0");
                }
            },
        };
        await using Chain<int, int> chain = Build(world, devices, model, 100);
        await chain.WarmUpAsync();
        await world.Delay(105);
        Assert.Equal(1, model.Warming);
        isLost = true;
        devices.MarkLost("cuda:0");
        await world.Delay(10);
        isLost = false;
        devices.Restore("cuda:0");
        Assert.Equal(ReadinessState.Cold, Assert.Single(chain.Readiness.Blocks).State);
        await world.Delay(15);
        Assert.True(chain.Readiness.IsReady);
    });

    [Fact]
    public void KeepWarm_InnerLease_GivesWayToo() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Two[0]]) { Time = world.Clock };
        var model = new Model(world)
        {
            Effect = async (context, token) =>
            {
                InnerWork work = context.Begin("warm");
                DeviceLease lease = await work.AcquireAsync(DeviceRequest.Any, WorkPhase.Prefill, token);
                try
                {
                    await world.Delay(5000, token);
                }
                finally
                {
                    work.Release(lease);
                    work.End(InnerStatus.Completed);
                }
            },
        };
        await using Chain<int, int> chain = Chain.From<int>("plain").Then("model", model)
            .Build(world.Options(o => (o.Devices, o.KeepWarm) = (devices, 100.Milliseconds())));
        await world.Delay(150);
        Assert.Equal(1, devices.OpenLeases);
        using DeviceLease other = await devices.AcquireAsync(new("other", DeviceRequest.Any), default);
        await world.Delay(1);
        Assert.Equal((1, 0), (devices.OpenLeases, model.Warming));
    });

    [Fact]
    public void KeepWarm_SliceEndsAfterTheCancellation_LaneIsNotStuck() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Two[0]]) { Time = world.Clock };
        var model = new Model(world)
        {
            Effect = async (_, token) =>
            {
                while (!token.IsCancellationRequested)
                {
                    await world.Delay(Slice, CancellationToken.None);
                }

                token.ThrowIfCancellationRequested();
            },
        };
        await using Chain<int, int> chain = Build(world, devices, model, 100);
        await world.Delay(105);
        Task<int> turn = chain.RunAsync(1).AsTask();
        await world.Delay(1);
        Assert.Equal((0, 1), (devices.StuckLanes, model.Warming));
        await turn;
        await world.Delay(20);
        Assert.Equal((0, 0, 0), (devices.StuckLanes, devices.OpenLeases, model.Warming));
    });

    [Fact]
    public async Task KeepWarm_RealThreads_TurnsAndWarmUpsGiveEverythingBack()
    {
        using var devices = new DeviceScheduler([Two[0] with { MaxLeases = 2 }, Two[1]]);
        var model = new Native();
        Chain<int, int> chain = Chain.From<int>("kept").Then("model", model, o => o.On(DeviceKind.Cuda))
            .Build(new ChainOptions { Devices = devices, KeepWarm = TimeSpan.FromTicks(20_000) });
        for (int i = 0; i < 400; i++)
        {
            Task<int>[] turns = [.. Enumerable.Range(i, 1 + (i % 5)).Select(x => chain.RunAsync(x).AsTask())];
            Assert.Equal(Enumerable.Range(i, turns.Length), await Task.WhenAll(turns));
            if (i % 100 == 50)
            {
                devices.MarkLost("cuda:1");
            }
            else if (i % 100 == 60)
            {
                devices.Restore("cuda:1");
            }

            if (i % 4 == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System);
            }
        }

        await chain.DisposeAsync();
        Assert.Equal((0, 0), (devices.OpenLeases, chain.DetachedBlocks));
        int warmed = model.Warmed;
        Assert.True(warmed > 0);
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        Assert.Equal(warmed, model.Warmed);
    }

    [Fact]
    public void KeepWarm_LongerThanATimerWaits_DoesNotFail() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Two[0]]) { Time = world.Clock };
        var model = new Model(world);
        await using Chain<int, int> chain = Chain.From<int>("kept").Then("model", model, o => o.On(DeviceKind.Cuda))
            .Build(world.Options(o => (o.Devices, o.KeepWarm) = (devices, TimeSpan.MaxValue)));
        await world.Delay(200_000_000);
        Assert.Empty(model.Warmed);
    });

    static Chain<int, int> Build(VirtualWorld world, DeviceScheduler devices, Model model, int? period) => Chain.From<int>("kept")
        .Then("model", model, o => o.On(DeviceKind.Cuda))
        .Build(world.Options(o => (o.Devices, o.KeepWarm) = (devices, period?.Milliseconds())));
}

using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Placement;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;
using Microsoft.Extensions.Time.Testing;
using static AgentChain.Tests.Placement.PlacementPlannerTests;

namespace AgentChain.Tests.Placement;

/// <summary>Keepers of a plan that run by themselves.</summary>
public sealed class KeeperRunTests
{
    static readonly ComputeDevice[] Two = [new("x", DeviceKind.Cuda), new("y", DeviceKind.Cuda)];

    readonly FakeTimeProvider _time = new();
    readonly PlannedPolicy _policy = new();

    [Fact]
    public void Start_EachWindow_UpdatesWithHysteresis()
    {
        double x = 10;
        using KeeperRun run = new PlacementKeeper(_policy).Start(() => Problem(x, y: 20), 10.Seconds(), time: _time);
        Assert.Null(_policy.Plan);
        _time.Advance(10.Seconds());
        Assert.Equal("x", _policy.Plan!.DeviceOf("a"));
        x = 30;
        _time.Advance(10.Seconds());
        _time.Advance(10.Seconds());
        Assert.Equal("x", _policy.Plan!.DeviceOf("a"));
        _time.Advance(10.Seconds());
        Assert.Equal(("y", 4L), (_policy.Plan!.DeviceOf("a"), run.Updates));
    }

    [Fact]
    public void Start_DeviceGoesAndComes_UpdatesAtOnce()
    {
        using var devices = new DeviceScheduler(Two, _policy);
        using KeeperRun run = new PlacementKeeper(_policy).Start(Present, 10.Seconds(), devices, _time);
        _time.Advance(10.Seconds());
        Assert.Equal("x", _policy.Plan!.DeviceOf("a"));
        devices.MarkLost("x");
        _time.Advance(TimeSpan.Zero);
        Assert.Equal(("y", 2L), (_policy.Plan!.DeviceOf("a"), run.Updates));
        devices.Restore("x");
        _time.Advance(TimeSpan.Zero);
        Assert.Equal(3, run.Updates);
        _time.Advance(10.Seconds());
        _time.Advance(10.Seconds());
        Assert.Equal("x", _policy.Plan!.DeviceOf("a"));

        PlacementProblem Present() => devices.IsLost("x") ? Problem(10, 20).Without("x") : Problem(10, 20);
    }

    [Fact]
    public void Start_CallbackThrowsOrReturnsNull_IsReportedAndTheNextUpdateComes()
    {
        int calls = 0;
        List<Type> failures = [];
        using KeeperRun run = new PlacementKeeper(_policy).Start(
            () => ++calls switch { 1 => throw new FormatException("broken"), 2 => null!, 3 => new([Phase("a", ("z", new(1.Milliseconds())))], Two), _ => Problem(10, 20) },
            10.Seconds(),
            time: _time);
        run.Failed += (_, _) => throw new InvalidOperationException("handler");
        run.Failed += (_, args) => failures.Add(args.Error.GetType());
        for (int i = 0; i < 3; i++)
        {
            _time.Advance(10.Seconds());
            Assert.NotNull(run.Error);
        }

        Assert.Equal([typeof(FormatException), typeof(InvalidOperationException), typeof(PlacementException)], failures);
        _time.Advance(10.Seconds());
        Assert.Null(run.Error);
        Assert.Equal("x", _policy.Plan!.DeviceOf("a"));
    }

    [Fact]
    public void Dispose_Run_EndsUpdatesAndForgetsTheScheduler()
    {
        int calls = 0;
        using var devices = new DeviceScheduler(Two, _policy);
        KeeperRun run = new PlacementKeeper(_policy).Start(
            () =>
            {
                calls++;
                return Problem(10, 20);
            },
            10.Seconds(), devices, _time);
        run.Dispose();
        run.Dispose();
        run.UpdateSoon();
        devices.MarkLost("x");
        _time.Advance(30.Seconds());
        Assert.Equal((0, 0L), (calls, run.Updates));
    }

    [Fact]
    public void UpdateSoon_DuringAnUpdate_UpdatesOnceMore()
    {
        KeeperRun? run = null;
        int calls = 0;
        using (run = new PlacementKeeper(_policy).Start(
            () =>
            {
                if (++calls == 1)
                {
                    run!.UpdateSoon();
                    run.UpdateSoon();
                }

                return Problem(10, 20);
            },
            10.Seconds(), time: _time))
        {
            _time.Advance(10.Seconds());
            _time.Advance(TimeSpan.Zero);
            Assert.Equal(2, calls);
            _time.Advance(9.Seconds());
            Assert.Equal(2, calls);
        }
    }

    [Fact]
    public void Start_WindowIsNotPositive_Throws()
    {
        var keeper = new PlacementKeeper(_policy);
        Assert.Throws<ArgumentOutOfRangeException>(() => keeper.Start(() => Problem(1, 1), TimeSpan.Zero));
        Assert.Throws<ArgumentNullException>(() => keeper.Start(null!, 1.Seconds()));
    }

    [Fact]
    public void KeepPlacement_LoadGrows_SpreadsTheBlocks() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two, _policy) { Time = world.Clock };
        CostBook costs = new CostBook()
            .Declare("a", CostModel.Constant(10.Milliseconds()), "x").Declare("a", CostModel.Constant(15.Milliseconds()), "y")
            .Declare("b", CostModel.Constant(10.Milliseconds()), "x").Declare("b", CostModel.Constant(15.Milliseconds()), "y");
        Chain<int, int> chain = Chain.From<int>("kept")
            .Then("a", world.Work<int>(10), o => o.On(DeviceKind.Cuda))
            .Then("b", world.Work<int>(10), o => o.On(DeviceKind.Cuda))
            .Build(world.Options(o => (o.Devices, o.Costs) = (devices, costs)));
        using KeeperRun run = chain.KeepPlacement(new PlacementKeeper(_policy), 10.Seconds());
        await world.Delay(10_001);
        Assert.Equal(["x", "x"], _policy.Plan!.Phases.Select(row => row.Device));
        for (int i = 0; i < 700; i++)
        {
            Turn<int> turn = chain.Start(i);
            await world.Delay(16);
            _ = turn;
        }

        await world.Delay(10_000);
        Assert.Equal(["x", "y"], _policy.Plan!.Phases.Select(row => row.Device).Order());

        // It stops with the chain.
        await chain.DisposeAsync();
        long updates = run.Updates;
        await world.Delay(60_000);
        Assert.Equal((updates, null), (run.Updates, run.Error));
    });

    [Fact]
    public void KeepPlacement_DeviceIsLost_ReplansAtOnceWithWhatTheHostAdds() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two, _policy) { Time = world.Clock };
        CostBook costs = new CostBook()
            .Declare("a", CostModel.Constant(10.Milliseconds()), "x").Declare("a", CostModel.Constant(15.Milliseconds()), "y");
        await using Chain<int, int> chain = Chain.From<int>("kept").Then("a", world.Work<int>(10), o => o.On(DeviceKind.Cuda))
            .Build(world.Options(o => (o.Devices, o.Costs) = (devices, costs)));
        bool fails = false;
        using KeeperRun run = chain.KeepPlacement(
            new PlacementKeeper(_policy), 10.Seconds(), problem => fails ? throw new FormatException() : problem with { Objective = PlacementObjective.Latency(0.5) });
        await world.Delay(10_001);
        Assert.Equal("x", _policy.Plan!.DeviceOf("a"));
        devices.MarkLost("x");
        await world.Delay(1);
        Assert.Equal("y", _policy.Plan!.DeviceOf("a"));
        fails = true;
        devices.Restore("x");
        await world.Delay(1);
        Assert.IsType<FormatException>(run.Error);
        Assert.Equal("y", _policy.Plan!.DeviceOf("a"));
    });

    [Fact]
    public async Task KeepPlacement_ChainIsDisposedOrHasNothingToPlace_DoesNothingOrThrows()
    {
        using var devices = new DeviceScheduler(Two, _policy);
        Chain<int, int> chain = Chain.From<int>("kept").Then("a", (int x) => x, o => o.On(DeviceKind.Cuda)).Build(new ChainOptions { Devices = devices });
        await chain.DisposeAsync();
        using KeeperRun run = chain.KeepPlacement(new PlacementKeeper(_policy), TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, run.Updates);
        await using Chain<int, int> bare = Chain.From<int>("bare").Then("a", (int x) => x).Build();
        Assert.Throws<InvalidOperationException>(() => bare.KeepPlacement(new PlacementKeeper(_policy), 1.Seconds()));
    }

    static PlacementProblem Problem(double x, double y) =>
        new([Phase("a", ("x", new(TimeSpan.FromMilliseconds(x))), ("y", new(TimeSpan.FromMilliseconds(y))))], [Device("x"), Device("y")]);
}

using AgentChain.Devices;
using AgentChain.Placement;
using AgentChain.Simulation;
using AgentChain.Tests.Placement;
using Microsoft.Extensions.Time.Testing;
using static AgentChain.Tests.Seams.Misbehavior;

namespace AgentChain.Tests.Seams;

/// <summary>Keepers that run by themselves: what the host's code does ends one update, and the plan stays.</summary>
static class KeeperSeams
{
    public static IEnumerable<SeamCase> Cases =>
    [
        new("ChainBase.KeepPlacement(complete: Func<PlacementProblem, PlacementProblem>)", Throws, _ => ChainGoesOn(Throws)),
        new("ChainBase.KeepPlacement(complete: Func<PlacementProblem, PlacementProblem>)", ReturnsNull, _ => ChainGoesOn(ReturnsNull)),
        new("PlacementKeeper.Start(problem: Func<PlacementProblem>)", Throws, _ => NextUpdateComes(Throws)),
        new("PlacementKeeper.Start(problem: Func<PlacementProblem>)", ReturnsNull, _ => NextUpdateComes(ReturnsNull)),
        new("PlacementKeeper.Start(time: TimeProvider)", Throws, _ => BrokenTimerIsReported()),
        new("KeeperRun.Failed: EventHandler<KeeperFailedEventArgs>", Throws, _ => HandlersAreTold()),
    ];

    static PlacementProblem Problem => new(
        [PlacementPlannerTests.Phase("a", ("x", new(1.Milliseconds())))], [PlacementPlannerTests.Device("x")]);

    static void ChainGoesOn(Misbehavior how) => VirtualWorld.Run(async world =>
    {
        var host = new HostCode(how) { IsBad = true };
        var policy = new PlannedPolicy();
        using var devices = new DeviceScheduler([new("x", DeviceKind.Cuda)], policy);
        await using Chain<int, int> chain = Chain.From<int>("seams").Then("a", (int x) => x + 1, o => o.On("x").Cost(AgentChain.Costs.CostModel.Constant(1.Milliseconds())))
            .Build(world.Options(o => o.Devices = devices));
        using KeeperRun run = chain.KeepPlacement(new PlacementKeeper(policy), 10.Seconds(), host.Return);
        await world.Delay(10.Seconds());
        await world.Delay(1.Milliseconds());
        Assert.NotNull(run.Error);
        Assert.Equal(2, await chain.RunAsync(1));
        host.IsBad = false;
        await world.Delay(10.Seconds());
        Assert.Equal((null, "x"), (run.Error, policy.Plan!.DeviceOf("a")));
    });

    static void NextUpdateComes(Misbehavior how)
    {
        var host = new HostCode(how) { IsBad = true };
        var time = new FakeTimeProvider();
        using KeeperRun run = new PlacementKeeper(new PlannedPolicy()).Start(() => host.Return(Problem), 10.Seconds(), time: time);
        time.Advance(10.Seconds());
        Assert.NotNull(run.Error);
        host.IsBad = false;
        time.Advance(10.Seconds());
        Assert.Equal((null, 2L), (run.Error, run.Updates));
    }

    static void BrokenTimerIsReported()
    {
        var host = new HostCode(Throws) { IsBad = true };
        var time = new BrokenTimers(host);
        Assert.ThrowsAny<Exception>(() => new PlacementKeeper(new PlannedPolicy()).Start(() => Problem, 10.Seconds(), time: time));
        host.IsBad = false;
        using KeeperRun run = new PlacementKeeper(new PlannedPolicy()).Start(() => Problem, 10.Seconds(), time: time);
        host.IsBad = true;
        time.Advance(10.Seconds());
        Assert.NotNull(run.Error);
        Assert.Equal(1, run.Updates);
    }

    static void HandlersAreTold()
    {
        var host = new HostCode(Throws) { IsBad = true };
        var time = new FakeTimeProvider();
        int told = 0;
        using KeeperRun run = new PlacementKeeper(new PlannedPolicy()).Start(() => throw new FormatException(), 10.Seconds(), time: time);
        run.Failed += (_, _) => host.Act();
        run.Failed += (_, _) => told++;
        time.Advance(10.Seconds());
        time.Advance(10.Seconds());
        Assert.Equal((2, 2, 2L), (host.Times, told, run.Updates));
    }

    /// <summary>A clock whose timers can be set while the host is well.</summary>
    sealed class BrokenTimers(HostCode host) : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(host, base.CreateTimer(callback, state, dueTime, period));

        sealed class Timer(HostCode host, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(host.Return(dueTime), period);

            public void Dispose() => inner.Dispose();

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}

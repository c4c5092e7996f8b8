using AgentChain.Devices;
using AgentChain.Placement;
using static AgentChain.Tests.Placement.PlacementPlannerTests;

namespace AgentChain.Tests.Placement;

public sealed class PlacementKeeperTests
{
    readonly PlannedPolicy _policy = new();

    [Fact]
    public void Update_First_HasAPlanAtOnce()
    {
        var keeper = new PlacementKeeper(_policy);

        Assert.Equal(PlacementDecision.Moved, keeper.Update(Problem(x: 10, y: 20)));
        Assert.Equal("x", _policy.Plan!.DeviceOf("a"));
        Assert.Equal(PlacementDecision.Kept, keeper.Update(Problem(x: 10, y: 20)));
    }

    [Fact]
    public void Update_AnotherPlanIsBetter_MovesAfterThreeWindowsInARow()
    {
        var keeper = new PlacementKeeper(_policy);
        keeper.Update(Problem(x: 10, y: 20));

        PlacementDecision[] decisions = [.. Enumerable.Range(0, 3).Select(_ => keeper.Update(Problem(x: 30, y: 20)))];

        Assert.Equal([PlacementDecision.Considered, PlacementDecision.Considered, PlacementDecision.Moved], decisions);
        Assert.Equal("y", _policy.Plan!.DeviceOf("a"));
    }

    [Fact]
    public void Update_BetterOnlyForTwoWindows_StaysAndCountsAnew()
    {
        var keeper = new PlacementKeeper(_policy);
        keeper.Update(Problem(x: 10, y: 20));
        keeper.Update(Problem(x: 30, y: 20));
        keeper.Update(Problem(x: 30, y: 20));

        Assert.Equal(PlacementDecision.Kept, keeper.Update(Problem(x: 10, y: 20)));
        Assert.Equal(PlacementDecision.Considered, keeper.Update(Problem(x: 30, y: 20)));
        Assert.Equal("x", _policy.Plan!.DeviceOf("a"));
    }

    [Fact]
    public void Update_BetterByLessThanTheGain_Stays()
    {
        var keeper = new PlacementKeeper(_policy);
        keeper.Update(Problem(x: 10, y: 20));

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(PlacementDecision.Kept, keeper.Update(Problem(x: 20.9, y: 20))));
        Assert.Equal(20.9, _policy.Plan!.Phases[0].Time.TotalMilliseconds, 0.001);
    }

    [Fact]
    public void Update_SmallShift_DoesNotSearch()
    {
        var keeper = new PlacementKeeper(_policy);
        keeper.Update(Problem(x: 10, y: 10.5));

        // 19 percent, so that the other device would be better by more than the gain.
        Assert.Equal(PlacementDecision.Kept, keeper.Update(Problem(x: 11.9, y: 10.5)));
        Assert.Equal(PlacementDecision.Considered, keeper.Update(Problem(x: 12.1, y: 10.5)));
    }

    [Fact]
    public void Update_DeviceIsGone_MovesAtOnce()
    {
        var keeper = new PlacementKeeper(_policy);
        keeper.Update(Problem(x: 10, y: 20));

        Assert.Equal(PlacementDecision.Moved, keeper.Update(Problem(x: 10, y: 20).Without("x")));
        Assert.Equal("y", _policy.Plan!.DeviceOf("a"));
    }

    [Fact]
    public void Update_DeviceComesBack_IsUsedAfterThreeWindows()
    {
        var keeper = new PlacementKeeper(_policy);
        keeper.Update(Problem(x: 10, y: 20).Without("x"));

        PlacementDecision[] decisions = [.. Enumerable.Range(0, 3).Select(_ => keeper.Update(Problem(x: 10, y: 20)))];

        Assert.Equal(PlacementDecision.Moved, decisions[^1]);
        Assert.Equal("x", _policy.Plan!.DeviceOf("a"));
    }

    [Fact]
    public void Update_PlanIsOverloaded_MovesAtOnce()
    {
        var keeper = new PlacementKeeper(_policy);
        PlacementPhase[] two = [Phase("a", ("x", new(10.Milliseconds())), ("y", new(15.Milliseconds()))), Phase("b", ("x", new(10.Milliseconds())), ("y", new(15.Milliseconds())))];
        PlacementProblem problem = new(PlacementPhase.InOrder(two), [Device("x"), Device("y")]);
        keeper.Update(problem with { ArrivalsPerSecond = 1 });
        Assert.Equal("x", _policy.Plan!.DeviceOf("b"));

        // 1.2 times what x can serve.
        Assert.Equal(PlacementDecision.Moved, keeper.Update(problem with { ArrivalsPerSecond = 60 }));
        Assert.Equal(["x", "y"], _policy.Plan!.Phases.Select(row => row.Device).Order());
    }

    [Fact]
    public void Update_NoPlanServesTheLoad_HasTheOneThatLoadsTheDevicesLeast()
    {
        var keeper = new PlacementKeeper(_policy);

        Assert.Equal(PlacementDecision.Moved, keeper.Update(Problem(x: 10, y: 20) with { ArrivalsPerSecond = 200 }));
        Assert.Equal(("x", true), (_policy.Plan!.DeviceOf("a"), _policy.Plan!.IsOverloaded));
        Assert.Equal(PlacementDecision.Kept, keeper.Update(Problem(x: 10, y: 20) with { ArrivalsPerSecond = 200 }));
    }

    [Fact]
    public void Update_OverloadedPlanIsKept_HasTheLoadAndTheTimesOfNow()
    {
        var keeper = new PlacementKeeper(_policy);
        keeper.Update(Problem(x: 10, y: 20) with { ArrivalsPerSecond = 200 });

        Assert.Equal(PlacementDecision.Kept, keeper.Update(Problem(x: 11, y: 20) with { ArrivalsPerSecond = 300 }));
        Assert.Equal((300, 11), (_policy.Plan!.ArrivalsPerSecond, _policy.Plan.Phases[0].Time.TotalMilliseconds));
    }

    [Fact]
    public void Update_NothingIsPossible_KeepsTheLastPlan()
    {
        var keeper = new PlacementKeeper(_policy);
        keeper.Update(Problem(x: 10, y: 20));
        PlacementPlan? before = _policy.Plan;

        Assert.Throws<PlacementException>(() => keeper.Update(new([Phase("a", ("z", new(1.Milliseconds())))], [Device("x")])));
        Assert.Same(before, _policy.Plan);
    }

    static PlacementProblem Problem(double x, double y) =>
        new([Phase("a", ("x", new(TimeSpan.FromMilliseconds(x))), ("y", new(TimeSpan.FromMilliseconds(y))))], [Device("x"), Device("y")]);
}

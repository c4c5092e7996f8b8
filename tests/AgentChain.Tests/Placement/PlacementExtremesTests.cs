using AgentChain.Devices;
using AgentChain.Placement;
using static AgentChain.Tests.Placement.PlacementPlannerTests;

namespace AgentChain.Tests.Placement;

/// <summary>Numbers at the ends of their ranges, and problems much larger than those that are planned usually.</summary>
public sealed class PlacementExtremesTests
{
    static readonly PhaseTime Second = new(TimeSpan.FromSeconds(1));
    static readonly PhaseTime Never = new(TimeSpan.MaxValue);

    [Theory]
    [InlineData(10, 1_000)]
    [InlineData(3, 5_000)]
    [InlineData(200, 200)]
    [InlineData(1_000, 50)]
    [InlineData(5_000, 2)]
    public void Plan_ManyPhasesAndDevices_LooksAtABoundedNumberOfPlacements(int phases, int devices)
    {
        var random = new Random(1);
        PlacementProblem problem = Problem(phases, devices, _ => TimeSpan.FromMilliseconds(random.Next(10, 100)));
        var search = new PlacementSearch(new(problem));

        int[] best = search.Run(null);

        Assert.InRange(search.Evaluations, 1, 60_000);
        Assert.Equal(phases, best.Length);
    }

    [Fact]
    public void Plan_ManyEqualDevicesUnderLoad_SpreadsThePhases()
    {
        // Each phase fills nine tenths of a device, and there are too many devices to try each for each phase.
        PlacementProblem problem = Problem(200, 201, _ => TimeSpan.FromMilliseconds(900)) with { ArrivalsPerSecond = 1 };

        PlacementPlan plan = PlacementPlanner.Plan(problem);

        Assert.False(plan.IsOverloaded);
        Assert.Equal(200, plan.Phases.Select(row => row.Device).Distinct().Count());
    }

    [Fact]
    public void Plan_PhasesInReverseOrder_AreOrderedAtOnce()
    {
        PlacementProblem problem = Problem(20_000, 1, _ => TimeSpan.FromMilliseconds(1));

        int[][] before = PhaseOrder.Before([.. problem.Phases.Reverse()]);

        Assert.Equal([1], before[0]);
    }

    [Fact]
    public void Problem_TooManyPairs_SaysSo()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Problem(1_001, 1_000, _ => TimeSpan.Zero));

        Assert.Contains("1001 phases on 1000 devices", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_TimesThatNeverEnd_ArePlannedAndNotTakenForLoad()
    {
        PlacementPlan plan = PlacementPlanner.Plan(new(PlacementPhase.InOrder(Phase("a", ("x", Never)), Phase("b", ("x", Never))), [Device("x")]));

        Assert.Equal((TimeSpan.MaxValue, false), (plan.Latency, plan.IsOverloaded));
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(1e18)]
    [InlineData(double.MaxValue)]
    public void Plan_ManyTimesTheLoadThatCanBeServed_IsNotTakenForMemory(double arrivals)
    {
        PlacementException error = Assert.Throws<PlacementException>(
            () => PlacementPlanner.Plan(new([Phase("a", ("x", Second))], [Device("x") with { MemoryBytes = 1 }]) { ArrivalsPerSecond = arrivals }));

        Assert.Equal(PlacementObstacle.Load, error.Obstacle);
        Assert.Equal("x", error.Closest!.DeviceOf("a"));
    }

    [Fact]
    public void Plan_LinkThatTakesForever_IsNotTakenForMemory()
    {
        var sheet = new DeviceSheet { LinkBandwidth = 1e-300 };
        PlacementPhase[] phases = [Phase("a", ("x", Second)) with { OutputBytes = double.MaxValue }, Phase("b", ("y", Second))];

        PlacementPlan plan = PlacementPlanner.Plan(new(PlacementPhase.InOrder(phases), [Device("x") with { Sheet = sheet }, Device("y") with { Sheet = sheet }]));

        Assert.Equal(TimeSpan.MaxValue, plan.Latency);
    }

    [Fact]
    public void Plan_MemoryBeyondTheLargestNumber_IsAPositiveSize()
    {
        PlacementPhase huge = Phase("a", ("x", Second)) with { MemoryBytes = long.MaxValue, WeightBytes = long.MaxValue };

        PlacementException error = Assert.Throws<PlacementException>(() => PlacementPlanner.Plan(new([huge], [Device("x") with { MemoryBytes = 10 }])));

        Assert.Equal(PlacementObstacle.Memory, error.Obstacle);
        Assert.Contains("needs 18446744073.71 GB, more than any device has", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_AsManyLanesAsThereCanBe_AreLanesForEachPhase()
    {
        ComputeDevice wide = Device("x") with { Lanes = 65_536 };

        PlacementPlan plan = PlacementPlanner.Plan(new([Phase("a", ("x", Second)), Phase("b", ("x", Second))], [wide, wide with { Name = "y" }]));

        Assert.Equal(1, plan.MeanLatency.TotalSeconds, 1e-6);
    }

    static PlacementProblem Problem(int phases, int devices, Func<int, TimeSpan> time) => new(
        PlacementPhase.InOrder([.. Enumerable.Range(0, phases).Select(i => Phase(
            $"p{i}", [.. Enumerable.Range(0, devices).Select(d => ($"d{d}", new PhaseTime(time(d))))]))]),
        Enumerable.Range(0, devices).Select(d => Device($"d{d}")));
}

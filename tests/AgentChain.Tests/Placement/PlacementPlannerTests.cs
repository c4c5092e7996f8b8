using AgentChain.Devices;
using AgentChain.Placement;

namespace AgentChain.Tests.Placement;

public sealed class PlacementPlannerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Plan_RandomProblems_IsAsGoodAsTheBestOfAllPlacements(bool isChain)
    {
        List<double> gaps = [];
        for (int seed = 0; seed < 60; seed++)
        {
            PlacementProblem problem = RandomChains.Make(seed, 2 + (seed % 6), isChain);
            var model = new PlacementModel(problem);
            double least = RandomChains.Least(model);
            double value = model.Evaluate(new PlacementSearch(model).Run(null));

            Assert.Equal(PlacementModel.Serves(least), PlacementModel.Serves(value));
            if (PlacementModel.Serves(least))
            {
                gaps.Add(RandomChains.Gap(problem, value, least));
            }
        }

        Assert.InRange(gaps.Count, 20, 60);
        Assert.InRange(gaps.Average(), -1e-9, 0.01);
        Assert.InRange(gaps.Max(), -1e-9, 0.03);
    }

    [Fact]
    public void Plan_OneLane_WaitIsThatOfPollaczekAndKhinchine()
    {
        PlacementPhase phase = Phase("a", ("x", new PhaseTime(100.Milliseconds()) { Variation = 0.5 }));

        PlacementPlan plan = PlacementPlanner.Plan(new([phase], [Device("x")]) { ArrivalsPerSecond = 6 });

        // 6/s × 0.1² × 1.25 / (2 × 0.4) = 93.75 ms
        Assert.Equal(93.75, plan.Phases[0].Wait.TotalMilliseconds, 0.001);
        Assert.Equal(193.75, plan.MeanLatency.TotalMilliseconds, 0.001);
        Assert.Equal(0.6, plan.Devices[0].Load, 1e-9);
    }

    [Fact]
    public void Plan_Load_IsSpreadWhereWaitingCostsMoreThanASlowerDevice()
    {
        PlacementPhase[] phases = [.. PlacementPhase.InOrder(Both("a"), Both("b"))];
        ComputeDevice[] devices = [Device("fast"), Device("slow")];

        PlacementPlan alone = PlacementPlanner.Plan(new(phases, devices));
        PlacementPlan loaded = PlacementPlanner.Plan(new(phases, devices) { ArrivalsPerSecond = 4 });

        Assert.All(alone.Phases, row => Assert.Equal("fast", row.Device));
        Assert.Equal(["fast", "slow"], loaded.Phases.Select(row => row.Device).Order());

        static PlacementPhase Both(string name) => Phase(name, ("fast", new(100.Milliseconds())), ("slow", new(130.Milliseconds())));
    }

    [Theory]
    [InlineData(1_000_000, "fast for b")]
    [InlineData(2_000_000_000, "fast for a")]
    public void Plan_DataBetweenDevices_CountsItsTransfer(double bytes, string second)
    {
        var sheet = new DeviceSheet { LinkBandwidth = 10e9, LinkLatency = 1.Milliseconds() };
        IReadOnlyList<PlacementPhase> phases = PlacementPhase.InOrder(
            Phase("a", ("fast for a", new(10.Milliseconds())), ("fast for b", new(200.Milliseconds()))) with { OutputBytes = bytes },
            Phase("b", ("fast for a", new(100.Milliseconds())), ("fast for b", new(10.Milliseconds()))));

        PlacementPlan plan = PlacementPlanner.Plan(new(phases, [Device("fast for a") with { Sheet = sheet }, Device("fast for b") with { Sheet = sheet }]));

        Assert.Equal(["fast for a", second], plan.Phases.Select(row => row.Device));
        Assert.Equal(second == "fast for b" ? 22.1 : 110, plan.MeanLatency.TotalMilliseconds, 0.01);
    }

    [Fact]
    public void Plan_SharedWeights_NeedTheirMemoryOnceOnADevice()
    {
        ComputeDevice[] devices = [Device("x") with { MemoryBytes = 20_000_000_000 }, Device("y") with { MemoryBytes = 20_000_000_000 }];
        PlacementPhase prefill = Phase("answer", WorkPhase.Prefill, ("x", new(10.Milliseconds())), ("y", new(30.Milliseconds())))
            with { Weights = "llama", WeightBytes = 16_000_000_000, MemoryBytes = 1_000_000_000 };
        PlacementPhase decode = Phase("answer", WorkPhase.Decode, ("x", new(10.Milliseconds())), ("y", new(30.Milliseconds())))
            with { Weights = "llama", WeightBytes = 16_000_000_000, MemoryBytes = 2_000_000_000 };

        PlacementPlan shared = PlacementPlanner.Plan(new(PlacementPhase.InOrder(prefill, decode), devices));
        PlacementPlan own = PlacementPlanner.Plan(new(PlacementPhase.InOrder(prefill with { Weights = null }, decode with { Weights = null }), devices));

        Assert.Equal(("x", "x"), (shared.DeviceOf("answer", WorkPhase.Prefill), shared.DeviceOf("answer", WorkPhase.Decode)));
        Assert.Equal(19_000_000_000, shared.Devices[0].MemoryBytes);
        Assert.Equal(["x", "y"], own.Phases.Select(row => row.Device).Order());
    }

    [Fact]
    public void Plan_BranchesOfOneTurn_DoNotHaveOneLaneTogether()
    {
        PlacementPhase left = Phase("left", ("x", new(100.Milliseconds())), ("y", new(120.Milliseconds())));
        PlacementPhase right = Phase("right", ("x", new(100.Milliseconds())), ("y", new(120.Milliseconds())));

        PlacementPlan plan = PlacementPlanner.Plan(new([left, right], [Device("x"), Device("y")]));
        PlacementPlan lanes = PlacementPlanner.Plan(new([left, right], [Device("x") with { Lanes = 2 }, Device("y")]));

        Assert.Equal(["x", "y"], plan.Phases.Select(row => row.Device).Order());
        Assert.Equal(120, plan.MeanLatency.TotalMilliseconds, 0.001);
        Assert.All(lanes.Phases, row => Assert.Equal("x", row.Device));
        Assert.Equal(100, lanes.MeanLatency.TotalMilliseconds, 0.001);
    }

    [Fact]
    public void Plan_WorkAfterTheObjective_OnlyLoadsItsDevice()
    {
        IReadOnlyList<PlacementPhase> phases = PlacementPhase.InOrder(
            Phase("answer", ("x", new(100.Milliseconds()))), Phase("log", ("x", new(300.Milliseconds()))) with { IsAwaited = false });

        PlacementPlan plan = PlacementPlanner.Plan(new(phases, [Device("x")]) { ArrivalsPerSecond = 1 });

        Assert.Equal(0.4, plan.Devices[0].Load, 1e-9);
        Assert.Equal(100 + plan.Phases[0].Wait.TotalMilliseconds, plan.MeanLatency.TotalMilliseconds, 0.001);
    }

    [Fact]
    public void Plan_Corrections_MoveAPhaseFromADeviceThatIsSlowerThanPredicted()
    {
        var corrections = new PlacementCorrections();
        PlacementProblem problem = new([Phase("a", ("x", new(10.Milliseconds())), ("y", new(15.Milliseconds())))], [Device("x"), Device("y")])
        {
            Corrections = corrections,
        };
        string? before = PlacementPlanner.Plan(problem).DeviceOf("a");
        corrections.Observe("a", "x", 10.Milliseconds(), 20.Milliseconds());
        corrections.Observe("a", "y", 15.Milliseconds(), 15.Milliseconds());

        PlacementPlan plan = PlacementPlanner.Plan(problem);

        Assert.Equal(("x", "y"), (before, plan.DeviceOf("a")));
        Assert.Equal(2, corrections.Of("a", "X"), 1e-9);
        Assert.Equal(Math.Sqrt(2), corrections.Of("a", "z"), 1e-9);
    }

    [Fact]
    public void Plan_Goodput_TellsTheShareInTime()
    {
        PlacementPlan plan = PlacementPlanner.Plan(new([Phase("a", ("x", new(100.Milliseconds()) { Variation = 0.3 }))], [Device("x")])
        {
            Objective = PlacementObjective.Goodput(100.Milliseconds()),
        });

        // The median of a lognormal time is a little below its mean.
        Assert.InRange(plan.OnTime!.Value, 0.5, 0.6);
        Assert.Contains("turns within 100 ms", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_SameProblem_IsTheSamePlan()
    {
        PlacementProblem problem = RandomChains.Make(1, 8);

        Assert.Equal(PlacementPlanner.Plan(problem).ToString(), PlacementPlanner.Plan(problem).ToString());
    }

    internal static ComputeDevice Device(string name) => new(name, DeviceKind.Other);

    internal static PlacementPhase Phase(string block, params (string Device, PhaseTime Time)[] times) => Phase(block, WorkPhase.Whole, times);

    static PlacementPhase Phase(string block, WorkPhase phase, params (string Device, PhaseTime Time)[] times) =>
        new(block, phase) { Times = times.ToDictionary(time => time.Device, time => time.Time) };
}

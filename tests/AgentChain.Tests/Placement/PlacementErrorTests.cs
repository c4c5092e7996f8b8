using AgentChain.Devices;
using AgentChain.Placement;
using static AgentChain.Tests.Placement.PlacementPlannerTests;

namespace AgentChain.Tests.Placement;

public sealed class PlacementErrorTests
{
    static readonly PhaseTime Time = new(100.Milliseconds());

    [Fact]
    public void Plan_PhaseAfterOneThatDoesNotExist_NamesBoth()
    {
        PlacementException error = Fails(new([Phase("a", ("x", Time)) with { After = ["b"] }], [Device("x")]));

        Assert.Equal(PlacementObstacle.Order, error.Obstacle);
        Assert.Contains("'a' comes after 'b', which does not exist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_PhasesWaitForEachOther_NamesThem()
    {
        PlacementException error = Fails(new(
            [Phase("start", ("x", Time)), Phase("a", ("x", Time)) with { After = ["b"] }, Phase("b", ("x", Time)) with { After = ["a", "start"] }],
            [Device("x")]));

        Assert.Equal(PlacementObstacle.Order, error.Obstacle);
        Assert.Contains("wait for each other: 'a', 'b'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_NoDeviceCanRunAPhase_NamesThePhaseAndItsRequest()
    {
        PlacementException error = Fails(new([Phase("a", ("x", Time)) with { Device = DeviceRequest.Named("cuda:7") }], [Device("x"), Device("y")]));

        Assert.Equal(PlacementObstacle.Device, error.Obstacle);
        Assert.Contains("No device can run the phase 'a', which requests cuda:7: the problem has no such device", error.Message, StringComparison.Ordinal);
        Assert.Contains("Present: x, y", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("give it a time", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_TimesOfADeviceThatIsNotThere_NamesItAndThoseThatAre()
    {
        PlacementException error = Fails(new([Phase("a", ("cuda:9", Time))], [Device("x")]));

        Assert.Contains("Its times for cuda:9 are of devices that the problem does not have. Present: x.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_PhaseLargerThanAnyDevice_NamesBothSizes()
    {
        PlacementException error = Fails(new(
            [Phase("a", ("x", Time)) with { WeightBytes = 16_000_000_000, MemoryBytes = 500_000_000 }],
            [Device("x") with { MemoryBytes = 8_000_000_000 }]));

        Assert.Equal(PlacementObstacle.Memory, error.Obstacle);
        Assert.Contains("'a' needs 16.5 GB, more than any device has that can run it: x 8 GB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_AllPhasesTogetherTooLarge_SaysWhatDoesNotFitWhere()
    {
        PlacementException error = Fails(new(
            [Phase("a", ("x", Time)) with { WeightBytes = 6_000_000_000 }, Phase("b", ("x", Time)) with { WeightBytes = 5_000_000_000 }],
            [Device("x") with { MemoryBytes = 8_000_000_000 }]));

        Assert.Equal(PlacementObstacle.Memory, error.Obstacle);
        Assert.Contains("x needs 11 GB of 8 GB", error.Message, StringComparison.Ordinal);
        Assert.Contains("a 6 GB, b 5 GB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_MoreArrivesThanCanBeServed_SaysTheLoadAndHasTheClosestPlan()
    {
        PlacementException error = Fails(new([Phase("a", ("x", Time), ("y", Time)), Phase("b", ("x", Time), ("y", Time))], [Device("x"), Device("y")])
        {
            ArrivalsPerSecond = 12,
        });

        Assert.Equal(PlacementObstacle.Load, error.Obstacle);
        Assert.Contains("cannot serve 12 turns a second", error.Message, StringComparison.Ordinal);
        Assert.Contains("x 120 %, y 120 %", error.Message, StringComparison.Ordinal);
        Assert.True(error.Closest!.IsOverloaded);
    }

    [Fact]
    public void Problem_BadInput_NamesIt()
    {
        Assert.Contains("no phases", Assert.Throws<ArgumentException>(() => new PlacementProblem([], [Device("x")])).Message, StringComparison.Ordinal);
        Assert.Contains("no devices", Assert.Throws<ArgumentException>(() => new PlacementProblem([Phase("a")], [])).Message, StringComparison.Ordinal);
        Assert.Contains("phases are named 'a'", Assert.Throws<ArgumentException>(() => new PlacementProblem([Phase("a"), Phase("a")], [Device("x")])).Message, StringComparison.Ordinal);
        Assert.Contains("devices are named 'X'", Assert.Throws<ArgumentException>(() => new PlacementProblem([Phase("a")], [Device("x"), Device("X")])).Message, StringComparison.Ordinal);
        Assert.Contains("phases contains null", Assert.Throws<ArgumentException>(() => new PlacementProblem([null!], [Device("x")])).Message, StringComparison.Ordinal);
        Assert.Contains("There is no phase 'b'", Assert.Throws<ArgumentException>(() => new PlacementProblem([Phase("a")], [Device("x")]).Replace("b", Phase("c"))).Message, StringComparison.Ordinal);
        Assert.Equal(PlacementObstacle.Device, Assert.Throws<PlacementException>(() => new PlacementProblem([Phase("a")], [Device("x")]).Without("x")).Obstacle);
    }

    [Fact]
    public void Replace_BlockByItsPhases_KeepsItsPlaceInTheOrder()
    {
        PlacementProblem problem = new PlacementProblem(
            PlacementPhase.InOrder(Phase("retrieve", ("x", Time)), Phase("answer", ("x", Time)), Phase("speak", ("x", Time))), [Device("x")])
            .Replace("answer", new PlacementPhase("answer", WorkPhase.Prefill), new PlacementPhase("answer", WorkPhase.Decode));

        Assert.Equal(["retrieve", "answer (prefill)", "answer (decode)", "speak"], problem.Phases.Select(phase => phase.Name));
        Assert.Equal(["", "retrieve", "answer (prefill)", "answer (decode)"], problem.Phases.Select(phase => string.Join(',', phase.After)));
    }

    [Fact]
    public void On_Sheet_IsTheLongerOfArithmeticAndMemory()
    {
        var work = new PhaseWork { Operations = 1e12, Bytes = 16e9, Start = 1.Milliseconds(), DeviceShare = 0.25 };

        PhaseTime bound = work.On(new DeviceSheet { PeakFlops = 1e15, MemoryBandwidth = 2e12 })!;

        // 2 ms of arithmetic, 11.43 ms of memory.
        Assert.Equal(12.429, bound.Mean.TotalMilliseconds, 0.001);
        Assert.Equal(12.429 / 4, bound.Busy.TotalMilliseconds, 0.001);
        Assert.Equal(21, work.On(new DeviceSheet { PeakFlops = 1e14, MemoryBandwidth = 2e12 })!.Mean.TotalMilliseconds, 0.001);
        Assert.Null(work.On(new DeviceSheet()));
    }

    static PlacementException Fails(PlacementProblem problem) => Assert.Throws<PlacementException>(() => PlacementPlanner.Plan(problem));
}

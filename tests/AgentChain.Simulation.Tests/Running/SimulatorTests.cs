using static AgentChain.Simulation.Tests.Running.Chains;

namespace AgentChain.Simulation.Tests.Running;

public sealed class SimulatorTests
{
    private static readonly LatencyModel Hundred = LatencyModel.Fixed(100.Milliseconds());

    [Fact]
    public void Run_TwoTurnsOnOneServer_TheSecondWaits()
    {
        SimulationRun run = Simulator.Run(One(Hundred), a => a, At(0, 10, 500), D(), Objective(150)).All;

        Assert.Equal((3, 3, 2), (run.Turns, run.Outcomes[TurnOutcome.Completed], run.Attained));
        Assert.Equal((100, 190, 600), (Ms(run.Total.Min), Ms(run.Total.Max), Ms(run.Duration)));
        BlockBreakdown block = Assert.Single(run.Blocks);
        Assert.Equal(("work", 3, 0, 90, 300), (block.Block, block.Runs, Ms(block.Queue.Sum), Ms(block.DeviceWait.Sum), Ms(block.Run.Sum)));
        DeviceUse device = Assert.Single(run.Devices);
        Assert.Equal((3, 0, 300, 0.5), (device.Completed, device.Aborted, Ms(device.Busy), device.Utilization));
    }

    [Fact]
    public void Run_TurnThatMisses_ItsDeviceTimeIsWaste()
    {
        SimulationRun run = Simulator.Run(One(Hundred), a => a, At(0, 10), D(), Objective(150)).All;

        Assert.Equal((100, 0), (Ms(run.Devices[0].OnMissedTurns), Ms(run.Devices[0].OnAbortedJobs)));
        Assert.Equal(0.5, run.Waste);
    }

    [Fact]
    public void Run_TurnThatEndsAtItsDeadline_TheRestOfItsJobIsNotWorked()
    {
        SimulationRun run = Simulator.Run(
            One(Hundred, o => o.Budget = LatencyBudget.Total(150.Milliseconds())), a => a, At(0, 0), D(), Objective(150)).All;

        Assert.Equal((1, 1), (run.Outcomes[TurnOutcome.Completed], run.Outcomes[TurnOutcome.DeadlineExceeded]));
        Assert.InRange(Ms(run.Devices[0].OnMissedTurns), 50, 50.01);
        Assert.Equal((1, 1), (run.Devices[0].Completed, run.Devices[0].Aborted));
        Assert.InRange(run.Waste, 0.333, 0.334);
    }

    [Fact]
    public void Run_ChainIsFull_TurnsAreRejectedOrWait()
    {
        SimulationRun rejected = Simulator.Run(One(Hundred, o => o.MaxTurns = 1), a => a, At(0, 10), D()).All;
        SimulationRun waited = Simulator.Run(One(Hundred, o => o.MaxTurns = 1), a => a, At(0, 10), D(), new() { WaitForRoom = true }).All;

        Assert.Equal((1, 1), (rejected.Outcomes[TurnOutcome.Completed], rejected.Outcomes[TurnOutcome.Rejected]));
        Assert.Equal((2, 190), (waited.Outcomes[TurnOutcome.Completed], Ms(waited.Total.Max)));
    }

    [Fact]
    public void Run_Stream_MeasuresTheFirstOutputAndTheStalls()
    {
        SimulationRun Play(LatencyBudget objective) => Simulator.Run(
            setup => Chain.From<Arrival>("s")
                .Stream("tell", new SimulatedStreamBlock<Arrival, int>(
                    Hundred, LatencyModel.Fixed(20.Milliseconds()), _ => [1, 2, 3]) { ItemDevice = setup.Device("d") })
                .Build(setup.Options()),
            a => a, At(0), D(), new() { Objective = objective }).All;

        SimulationRun run = Play(LatencyBudget.FirstOutput(100.Milliseconds()).AndTotal(140.Milliseconds()).AndStall(20.Milliseconds()));
        Assert.Equal((1, 100, 140), (run.Attained, Ms(run.FirstOutput.Max), Ms(run.Total.Max)));
        Assert.Equal(0, Play(LatencyBudget.FirstOutput(99.Milliseconds())).Attained);
        Assert.Equal(0, Play(LatencyBudget.Stall(19.Milliseconds())).Attained);
    }

    [Fact]
    public void Run_PoissonOnOneServer_AgreesWithTheClosedForm()
    {
        // M/D/1 at load 0.7: the mean wait is load / (2 * (1 - load)) services.
        SimulationResult result = Simulator.Run(
            One(Hundred), a => a, ArrivalTrace.Poisson(7, 20_000), D(), new() { Seeds = 4 });

        Estimate wait = result.EstimateOf(run => Ms(run.Devices[0].Wait.Mean));
        Assert.InRange(wait.Mean, 0.93 * 700 / 6, 1.07 * 700 / 6);
        Assert.InRange(result.All.Devices[0].Utilization, 0.69, 0.71);
        Assert.True(wait.Low < wait.Mean && wait.Mean < wait.High);
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameEvents()
    {
        string[] first = Hashes(0, LatencyModel.LogNormal(90.Milliseconds(), 0.4));

        Assert.Equal(first, Hashes(0, LatencyModel.LogNormal(90.Milliseconds(), 0.4)));
        Assert.Equal(first[1], Hashes(1, LatencyModel.LogNormal(90.Milliseconds(), 0.4))[0]);
        Assert.Equal(3, first.Distinct().Count());
        Assert.NotEqual(first, Hashes(0, LatencyModel.LogNormal(90.Milliseconds(), 0.401)));

        static string[] Hashes(long seed, LatencyModel latency) =>
        [
            .. Simulator.Run(One(latency), a => a, ArrivalTrace.Bursty(8, 2, 300), D(), new() { Seeds = 3, FirstSeed = seed }).Runs.Select(run => run.EventHash),
        ];
    }

    [Fact]
    public void Run_OtherTimesInsideATurn_GiveOtherEvents()
    {
        Assert.NotEqual(Hash(30, 70), Hash(70, 30));

        static string Hash(int first, int second) => Simulator.Run(
            setup => Chain.From<Arrival>("two")
                .Then("first", Block(setup, "d", LatencyModel.Fixed(first.Milliseconds())))
                .Then("second", Block(setup, "d", LatencyModel.Fixed(second.Milliseconds())))
                .Build(setup.Options()),
            a => a, At(0), D()).All.EventHash;
    }

    [Fact]
    public void Run_LongerThanTheTimeline_CountsEachTurnInItsInterval()
    {
        ArrivalTrace arrivals = ArrivalTrace.Bursty(50, 2, 500);
        SimulationRun run = Simulator.Run(One(Hundred), a => a, arrivals, D(4)).All;

        Assert.InRange(run.Timeline.Count, 64, 128);
        Assert.All(run.Timeline, point => Assert.Equal(
            arrivals.Read().Count(arrival => arrival.Time >= point.Start && arrival.Time < point.Start + point.Length), point.Turns));
        Assert.Equal(
            run.Devices[0].Busy.TotalSeconds,
            run.Timeline.Sum(point => point.Utilization[0] * 4 * Math.Min(point.Length.TotalSeconds, (run.Duration - point.Start).TotalSeconds)), 3);
    }

    [Fact]
    public void Run_OneAtATime_BuildsNoChainWhileAnotherRuns()
    {
        int inside = 0;
        Simulator.Run(
            setup =>
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                return One(Hundred)(setup);
            },
            a =>
            {
                Interlocked.Exchange(ref inside, 0);
                return a;
            },
            ArrivalTrace.Poisson(9, 50), D(), new() { Seeds = 4, MaxParallel = 1 });
    }

    [Fact]
    public async Task RunAsync_ProgressIsToldAndItsExceptionsAreIgnored()
    {
        var progress = new Broken();
        SimulationResult result = await Simulator.RunAsync(One(Hundred), a => a, At(0, 1000, 2000), D(), new() { Progress = progress });

        Assert.Equal(3, result.All.Turns);
        Assert.Equal([1, 2, 3], progress.Turns);
    }

    private sealed class Broken : IProgress<SimulationProgress>
    {
        public List<long> Turns { get; } = [];

        public void Report(SimulationProgress value)
        {
            Turns.Add(value.Turns);
            throw new InvalidOperationException();
        }
    }
}

using AgentChain.Speculation;
using static AgentChain.Simulation.Tests.Running.Chains;

namespace AgentChain.Simulation.Tests.Batching;

/// <summary>Chains on batching devices in the simulator.</summary>
public sealed class BatchedChainTests
{
    private static readonly DeviceGroup[] Devices =
    [
        new("prefill") { Batching = new(step => TimeSpan.FromMilliseconds(10 + step.PromptTokens)) },
        new("decode") { Batching = new(step => TimeSpan.FromMilliseconds(5 * step.Sequences)) },
    ];

    [Fact]
    public void Run_PrefillAndDecode_CountsStepsBatchesAndWaits()
    {
        SimulationRun run = Simulator.Run(Build, a => a, Requests(0, 5, 5), Devices).All;

        // The first is read until 20 ms, the two others together until 50 ms; each step of decode takes 5 ms for each sequence.
        Assert.Equal(3, run.Outcomes[TurnOutcome.Completed]);
        DeviceUse prefill = run.Devices[0], decode = run.Devices[1];
        Assert.Equal((3, 50.0, 2L, 1.5), (prefill.Completed, Ms(prefill.Busy), prefill.Steps, prefill.MeanBatch));
        Assert.Equal((3, 4L, 1.5), (decode.Completed, decode.Steps, decode.MeanBatch));
        Assert.Equal(30, Ms(decode.Busy));
        BlockBreakdown read = run.Blocks[0];
        Assert.Equal(10, Ms(read.DeviceWait.Mean), 0.2);
        Assert.Equal(26.7, Ms(read.Run.Mean), 0.2);
        Assert.Equal(70, Ms(run.Duration));
    }

    [Fact]
    public void Run_StreamOnOneDevice_FirstItemComesWithThePrompt()
    {
        SimulationRun run = Simulator.Run(
            setup => Chain.From<Arrival>("chat").Stream("answer", new SimulatedBatchedModel<Arrival, int>(
                setup.BatchDevice("gpu"), a => a.InputTokens, a => Enumerable.Range(0, a.OutputTokens))).Build(setup.Options()),
            a => a,
            Requests(0),
            [new("gpu") { Batching = new(step => TimeSpan.FromMilliseconds(step.Prompts > 0 ? 40 : 7)) }]).All;

        Assert.Equal(40, Ms(run.FirstOutput.P50), 0.5);
        Assert.Equal(47, Ms(run.Total.P50), 0.5);
    }

    [Fact]
    public void Run_DeadlineBeforeTheEnd_TheSequenceLeavesAndIsWaste()
    {
        SimulationRun run = Simulator.Run(
            setup => Build(setup, o => o.Budget = LatencyBudget.Total(22.Milliseconds())), a => a, Requests(0), Devices,
            new() { Objective = LatencyBudget.Total(22.Milliseconds()) }).All;

        Assert.Equal(1, run.Outcomes[TurnOutcome.DeadlineExceeded]);
        Assert.Equal((0, 1), (run.Devices[1].Completed, run.Devices[1].Aborted));
        Assert.Equal(1.0, run.Waste);
    }

    [Fact]
    public void Run_SameSeed_HasTheSameEvents()
    {
        ArrivalTrace arrivals = ArrivalTrace.Poisson(20, 300).WithTokens(key => (key.Below(40), 1 + key.Fold(1).Below(9)));

        Assert.Equal(Simulator.Run(Build, a => a, arrivals, Devices).All.EventHash, Simulator.Run(Build, a => a, arrivals, Devices).All.EventHash);
    }

    [Fact]
    public void Step_GuessWaitsFirst_CommittedWorkGoesBeforeIt() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedBatchDevice(world.Clock, new(_ => 50.Milliseconds()) { MaxBatch = 1 });
        await using Chain<string, string> chain = Chain.From<string>("guesses")
            .Revise("listen", new SimulatedRevisingBlock<string, string>(text =>
            [
                new(10.Milliseconds(), Hypothesis.Tentative(text, 0.9)),
                new(500.Milliseconds(), Hypothesis.Final(text)),
            ]))
            .Then(
                "read",
                async (string text, BlockContext context, CancellationToken token) =>
                {
                    await device.PromptAsync(text.Length, context, token);
                    world.Record(text);
                    return text;
                },
                o => o.Speculate())
            .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = new EagerController() }));

        Turn<string> turn = chain.Start("guess");
        Task first = RecordAsync("first");
        await world.Delay(20);
        Task second = RecordAsync("second");
        await Task.WhenAll(first, second, turn.Completion);

        Assert.Equal(["50 first", "100 second", "150 guess"], world.Events);

        async Task RecordAsync(string name)
        {
            await device.PromptAsync(1);
            world.Record(name);
        }
    });

    [Fact]
    public void Device_OfTheOtherKind_SaysWhichToTake()
    {
        Assert.Contains("BatchDevice", Refused(setup => setup.Device("prefill")), StringComparison.Ordinal);
        Assert.Contains("DeviceGroup.Batching", Refused(setup => setup.BatchDevice("d")), StringComparison.Ordinal);
        Assert.Contains("was given", Refused(setup => setup.BatchDevice("other")), StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_BatchingGroups_KeepTheirBatching()
    {
        CapacityPlan plan = Simulator.Plan(
            Build, a => a, Requests(0, 0, 0, 0), [.. Devices.Select(d => new DeviceGroup(d.Name, d.Servers) { Batching = d.Batching, MostServers = 3 })],
            new() { Target = 1, Simulation = Objective(75) });

        Assert.Equal([1, 2], plan.Best.Devices.Select(device => device.Servers));
    }

    private static string Refused(Func<SimulationSetup, object> take) => Assert.Throws<ArgumentException>(() => Simulator.Run(
        setup =>
        {
            take(setup);
            return Build(setup);
        },
        a => a, Requests(0), [.. Devices, new("d")])).Message;

    private static ArrivalTrace Requests(params double[] times) => ArrivalTrace.From(times.Select(
        time => new Arrival { Time = TimeSpan.FromMilliseconds(time), InputTokens = 10, OutputTokens = 2 }));

    private static Chain<Arrival, Arrival> Build(SimulationSetup setup) => Build(setup, null);

    private static Chain<Arrival, Arrival> Build(SimulationSetup setup, Action<ChainOptions>? more)
    {
        SimulatedBatchDevice prefill = setup.BatchDevice("prefill"), decode = setup.BatchDevice("decode");
        return Chain.From<Arrival>("served")
            .Then("read", async (Arrival a, BlockContext context, CancellationToken token) =>
            {
                await prefill.PromptAsync(a.InputTokens, context, token);
                return a;
            })
            .Then("write", async (Arrival a, BlockContext context, CancellationToken token) =>
            {
                await decode.GenerateAsync(a.InputTokens, a.OutputTokens, context, token);
                return a;
            })
            .Build(setup.Options(more));
    }
}

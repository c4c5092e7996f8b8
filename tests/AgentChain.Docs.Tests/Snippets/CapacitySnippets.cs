using AgentChain.Simulation;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/capacity.md.</summary>
public sealed class CapacitySnippets
{
    [Fact]
    public Task Example_FourStages_PrintsWhatItsCommentsSay() =>
        Printed.AssertLikeItsCommentsAsync("tests/AgentChain.Docs.Tests/Snippets/CapacitySnippets.cs#example", () =>
        {
            Example();
            return Task.CompletedTask;
        });

    [Fact]
    public Task Batches_PrefillAndDecode_PrintsWhatItsCommentsSay() =>
        Printed.AssertLikeItsCommentsAsync("tests/AgentChain.Docs.Tests/Snippets/CapacitySnippets.cs#batches", () =>
        {
            Batches();
            return Task.CompletedTask;
        });

    static void Batches()
    {
        #region batches
        static TimeSpan Read(BatchStep step) => TimeSpan.FromMilliseconds(15 + (0.07 * step.PromptTokens));
        static TimeSpan Write(BatchStep step) => TimeSpan.FromMilliseconds(20 + (0.04 * step.Sequences) + (0.0006 * step.ContextTokens));

        DeviceGroup[] devices =
        [
            new("prefill") { Batching = new(Read) { MaxPromptTokens = 8_192 } },
            new("decode") { Batching = new(Write) { MaxCachedTokens = 66_000 } },
        ];
        ArrivalTrace arrivals = ArrivalTrace.Poisson(perSecond: 4, count: 2_000)
            .WithTokens(key => (Input: 100 + key.Below(1_400), Output: 20 + key.Fold(1).Below(300)));

        SimulationResult result = Simulator.Run(
            setup => Chain.From<Arrival>("served")
                .Stream("answer", new SimulatedBatchedModel<Arrival, int>(
                    setup.BatchDevice("decode"), arrival => arrival.InputTokens, arrival => Enumerable.Range(0, arrival.OutputTokens))
                {
                    PromptDevice = setup.BatchDevice("prefill"),
                })
                .Build(setup.Options()),
            arrival => arrival, arrivals, devices, new() { Objective = LatencyBudget.FirstOutput(200.Milliseconds()) });

        Console.WriteLine(result); // served: 96.3 % of 2,000 turns met the objective
        Console.WriteLine($"{result.All.Devices[1].MeanBatch:0.0} sequences in a step"); // 20.5 sequences in a step
        #endregion
    }

    static void Example()
    {
        #region example
        static ChainBase<Arrival, Arrival> Build(SimulationSetup setup)
        {
            SimulatedBlock<Arrival, Arrival> Stage(string device, int median, double sigma) =>
                new(LatencyModel.LogNormal(median.Milliseconds(), sigma), arrival => arrival) { Device = setup.Device(device), Seed = setup.Seed };

            return Chain.From<Arrival>("desk")
                .Then("transcribe", Stage("cpu", 60, 0.25))
                .Then("retrieve", Stage("cpu", 120, 0.4))
                .Then("answer", Stage("gpu", 180, 0.6))
                .Build(setup.Options(o => o.Budget = LatencyBudget.Total(1.Seconds())));
        }

        ArrivalTrace arrivals = ArrivalTrace.Bursty(perSecond: 10, variation: 1.5, count: 1_000);
        DeviceGroup[] devices = [new("cpu", 3) { MostServers = 8 }, new("gpu", 3) { MostServers = 8, Cost = 5 }];
        var options = new SimulationOptions { Objective = LatencyBudget.Total(800.Milliseconds()), Seeds = 3 };

        SimulationResult result = Simulator.Run(Build, arrival => arrival, arrivals, devices, options);
        Console.WriteLine(result); // desk: 77.2 % (70.9 to 83.5) of 3,000 turns met the objective

        CapacityPlan plan = Simulator.Plan(Build, arrival => arrival, arrivals, devices, new() { Target = 0.9, Simulation = options });
        Console.WriteLine(plan.Best); // cpu 4, gpu 4: 93.0 %
        #endregion
    }
}

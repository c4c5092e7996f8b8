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

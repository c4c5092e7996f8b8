using AgentChain.Speculation;
using static AgentChain.Simulation.Tests.Running.Chains;

namespace AgentChain.Simulation.Tests.Running;

public sealed class WasteTests
{
    [Fact]
    public void Run_BlockGoesOnAfterItsTurn_ItsJobIsWaste()
    {
        // The block ignores its token, so its turn ends at 50 ms and the job at 300 ms; the second turn keeps the simulation going.
        SimulationRun run = Simulator.Run(
            setup => Chain.From<Arrival>("deaf").Then("work", async (arrival, context, token) =>
            {
                await setup.Device("d").RunAsync(300.Milliseconds(), context);
                return arrival;
            }).Build(setup.Options(o =>
            {
                o.Budget = LatencyBudget.Total(50.Milliseconds());
                o.Grace = 10.Milliseconds();
            })),
            a => a, At(0, 400), D(), Objective(50)).All;

        Assert.Equal(2, run.Outcomes[TurnOutcome.DeadlineExceeded]);
        Assert.Equal(300, Ms(run.Devices[0].OnAbortedJobs));
    }

    [Fact]
    public void Run_SpeculationIsWrong_ItsJobsAreWasteOfATurnThatMet()
    {
        SimulationRun run = Simulator.Run(
            setup => Chain.From<Arrival>("eager")
                .Revise("hear", new SimulatedRevisingBlock<Arrival, int>(_ =>
                [
                    new(0.Milliseconds(), Hypothesis.Tentative(1, 0.9)),
                    new(60.Milliseconds(), Hypothesis.Final(2)),
                ]))
                .Then("work", new SimulatedBlock<int, int>(LatencyModel.Fixed(100.Milliseconds()), x => x) { Device = setup.Device("d") }, o => o.Speculate())
                .Build(setup.Options(o => o.Speculation = new() { Controller = new EagerController() })),
            a => a, At(0), D(), Objective(500)).All;

        Assert.Equal(1, run.Attained);
        Assert.Equal((60, 0, 160), (Ms(run.Devices[0].OnAbortedJobs), Ms(run.Devices[0].OnMissedTurns), Ms(run.Devices[0].Busy)));
        Assert.Equal(60.0 / 160, run.Waste);
    }
}

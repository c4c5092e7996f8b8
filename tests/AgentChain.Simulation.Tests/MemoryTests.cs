using static AgentChain.Simulation.Tests.Running.Chains;

namespace AgentChain.Simulation.Tests;

/// <summary>Tests that measure the memory of the process, so no other test may run beside them.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests
{
    [Fact]
    public void Read_MillionRows_KeepsNone()
    {
        long before = 0;
        foreach (Arrival arrival in ArrivalTrace.Poisson(100, 1_000_000).Read())
        {
            if (arrival.Row == 1000)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000);
    }

    [Fact]
    public void Run_TenTimesTheLoad_EveryTurnHasItsOutcomeAndMemoryIsFlat()
    {
        long[] kept = [0, 0];
        int at = 0;
        SimulationRun run = Simulator.Run(
            One(LatencyModel.Fixed(100.Milliseconds()), o =>
            {
                o.MaxTurns = 64;
                o.Budget = LatencyBudget.Total(800.Milliseconds());
            }),
            arrival =>
            {
                if (arrival.Row is 5_000 or 36_000)
                {
                    kept[at++] = GC.GetTotalMemory(forceFullCollection: true);
                }

                return arrival;
            },
            ArrivalTrace.Poisson(100, 36_000), D(), Objective(800)).All;

        Assert.Equal(36_000, run.Turns);
        Assert.Equal(36_000, run.Outcomes.Values.Sum());
        Assert.True(run.Outcomes[TurnOutcome.Rejected] > 0 && run.Outcomes[TurnOutcome.DeadlineExceeded] > 0 && run.Attained > 0);
        Assert.Equal(36_000, run.Timeline.Sum(point => point.Turns));
        Assert.Equal(run.Attained, run.Timeline.Sum(point => point.Attained));
        Assert.InRange(kept[1] - kept[0], long.MinValue, 1_000_000);
    }
}

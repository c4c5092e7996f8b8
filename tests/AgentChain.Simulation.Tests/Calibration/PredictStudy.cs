using AgentChain.Costs;

namespace AgentChain.Simulation.Tests.Calibration;

/// <summary>
/// What the chain itself predicts of its turns under load, <c>chain.Predict(input)</c>: from the learned costs and from what waits in its
/// queues. The chain has a budget, and rejects nothing. Virtual time.
/// </summary>
static class PredictStudy
{
    /// <summary>Simulates turns with several budgets, and compares.</summary>
    /// <param name="turns">The number of turns with each budget.</param>
    /// <param name="load">The load of the busiest block.</param>
    public static Reliability Run(int turns, double load)
    {
        var reliability = new Reliability();
        foreach (int limit in (ReadOnlySpan<int>)[350, 450, 600, 800])
        {
            var costs = new CostBook();
            Simulator.Run(setup => Build(setup, costs, null), arrival => new Talk(arrival, isShared: true), TalkChain.Arrivals(0.3, 5000));
            List<Talk> talks = new(turns);
            Chain<Talk, Talk>? chain = null;
            Simulator.Run(
                setup => chain = Build(setup, costs, limit.Milliseconds()),
                arrival =>
                {
                    Talk talk = new(arrival, isShared: true);
                    talks.Add(talk);
                    talk.Predict(chain!.Predict(talk).OnTime);
                    return talk;
                },
                TalkChain.Arrivals(load, turns),
                options: new() { MaxParallel = 1 });
            foreach (Talk talk in talks)
            {
                reliability.Add(talk.Inside[0], talk.HasEnded);
            }
        }

        return reliability;
    }

    static Chain<Talk, Talk> Build(SimulationSetup setup, CostBook costs, TimeSpan? budget) => TalkChain
        .Steps(
            (at, time) => new SimulatedBlock<Talk, Talk>(time, talk => talk.Ended(at)) { Size = talk => talk.Microseconds(at), Seed = setup.Seed },
            TalkChain.Servers)
        .Build(setup.Options(o =>
        {
            (o.Costs, o.MaxTurns) = (costs, 1_000_000);
            if (budget is { } limit)
            {
                (o.Budget, o.Overload) = (LatencyBudget.Total(limit), new() { RejectBelow = 0 });
            }
        }));
}

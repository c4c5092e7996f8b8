using AgentChain.Costs;

namespace AgentChain.Simulation.Tests.Calibration;

/// <summary>The chain of the studies: four blocks that serve four turns each at once, and arrivals for it.</summary>
static class TalkChain
{
    public const int Servers = 4;

    static readonly double[] Sigmas = [0.25, 0.4, 0.3, 0.35];

    public static IReadOnlyList<string> Names { get; } = ["transcribe", "retrieve", "answer", "speak"];

    /// <summary>Adds the blocks.</summary>
    /// <param name="block">A function that returns a block from its number and the model of its times in microseconds.</param>
    /// <param name="concurrency">The turns that each block serves at once, so that others wait in the chain's queues; null for no limit.</param>
    public static ChainBuilder<Talk, Talk> Steps(Func<int, LatencyModel, IBlock<Talk, Talk>> block, int? concurrency = null)
    {
        ChainBuilder<Talk, Talk> steps = Chain.From<Talk>("talk");
        for (int i = 0; i < Names.Count; i++)
        {
            int at = i;
            LatencyModel time = LatencyModel.PerToken(TimeSpan.Zero, TimeSpan.FromMicroseconds(1)).WithNoise(Sigmas[i]);
            steps = steps.Then(Names[i], block(i, time), o =>
            {
                o.Cost(talk => talk.Features[at]).CostOfTurn((Talk talk) => talk.Features[at]);
                if (concurrency is { } turns)
                {
                    o.Concurrency(turns);
                }
            });
        }

        return steps;
    }

    /// <summary>Returns arrivals that load the busiest block with a share of its servers.</summary>
    public static ArrivalTrace Arrivals(double load, int count) => ArrivalTrace.Poisson(load / 0.0375, count)
        .WithTokens(key => ((int)(100 * Math.Exp(key.Fold(1).Normal())) + 20, (int)(40 * Math.Exp(0.8 * key.Fold(2).Normal())) + 1));
}

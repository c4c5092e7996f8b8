using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Hedging;

/// <summary>A block whose time has a long tail, with other luck for each attempt.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Time">The time of an attempt.</param>
sealed record Tail(string Name, LatencyModel Time)
{
    public static Tail[] All =>
    [
        new("1 in 100 takes 200 times as long", new RareModel(0.01, 200)),
        new("1 in 500 takes 1,000 times as long", new RareModel(0.002, 1000)),
        new("a power law with exponent 1.1", new PowerModel(1.1)),
        new("a power law with exponent 1.3", new PowerModel(1.3)),
        new("a power law with exponent 1.5", new PowerModel(1.5)),
        new("lognormal, sigma 1", LatencyModel.LogNormal(10.Milliseconds(), 1)),
        new("1 in 10 takes 20 times as long", new RareModel(0.1, 20)),
    ];

    /// <summary>8 to 12 ms, and seldom a multiple.</summary>
    sealed class RareModel(double share, double factor) : LatencyModel
    {
        public override TimeSpan Sample(RandomKey key, int size = 0) =>
            TimeSpan.FromMilliseconds(8 + (4 * key.Fold(1).Uniform())) * (key.Fold(2).Uniform() < share ? factor : 1);
    }

    /// <summary>Pareto's distribution, from 8 ms.</summary>
    sealed class PowerModel(double exponent) : LatencyModel
    {
        public override TimeSpan Sample(RandomKey key, int size = 0) => 8.Milliseconds() * Math.Pow(1 - key.Uniform(), -1 / exponent);
    }
}

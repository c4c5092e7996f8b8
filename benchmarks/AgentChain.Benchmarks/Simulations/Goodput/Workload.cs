using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Goodput;

/// <summary>
/// Four stages in a row with lognormal times, on arrivals of Azure's public traces that are stretched to a load of the slowest stage. The
/// same jobs go through every policy.
/// </summary>
static class Workload
{
    /// <summary>The time in which a turn must end, in seconds.</summary>
    public const double Limit = 0.8;

    /// <summary>The deviation of the logarithm of a prediction for a single turn.</summary>
    public const double Error = 0.15;

    /// <summary>The stages: name, median in milliseconds, deviation of the logarithm, servers.</summary>
    public static readonly (string Name, int Median, double Sigma, int Servers)[] Stages =
        [("transcribe", 60, 0.25, 2), ("retrieve", 120, 0.4, 3), ("answer", 180, 0.6, 2), ("speak", 80, 0.3, 2)];

    /// <summary>The median of each stage, in seconds: what a policy knows that knows nothing of the single turn.</summary>
    public static double[] Medians { get; } = [.. Stages.Select(stage => stage.Median / 1000.0)];

    /// <summary>The mean time between arrivals at a load of 1 of the slowest stage, in seconds.</summary>
    static double GapAtFullLoad { get; } = Stages.Max(stage => stage.Median / 1000.0 * Math.Exp(stage.Sigma * stage.Sigma / 2) / stage.Servers);

    /// <summary>Returns the jobs of a trace at a load.</summary>
    public static Job[] Jobs(ArrivalTrace trace, double load, int seed)
    {
        var random = new Random(seed);
        ArrivalTrace stretched = trace.AtRate(load / GapAtFullLoad);
        return
        [
            .. stretched.Read().Select((arrival, row) =>
            {
                double[] work = [.. Stages.Select(stage => stage.Median / 1000.0 * Math.Exp(stage.Sigma * Normal(random)))];
                return new Job(row, arrival.Time.TotalSeconds, work, [.. work.Select(time => time * Math.Exp(Error * Normal(random)))]);
            }),
        ];
    }

    static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

namespace AgentChain.Benchmarks.Simulations.Workflows;

/// <summary>
/// A workflow of four calls of a language model, after the text-to-SQL workflow of HEXGEN-Flow (arXiv 2505.05286): schema linking, candidate
/// generation, self-correction and evaluation, on devices of three speeds that any stage can use. Work is lognormal, arrivals are Poisson.
/// </summary>
static class WorkflowLoad
{
    /// <summary>The deviation of the logarithm of a prediction.</summary>
    const double Error = 0.15;

    /// <summary>The stages: name, median of the work in seconds, deviation of the logarithm.</summary>
    public static readonly (string Name, double Median, double Sigma)[] Stages =
        [("link", 0.4, 0.4), ("generate", 1.2, 0.6), ("correct", 0.8, 0.8), ("evaluate", 0.3, 0.4)];

    /// <summary>The devices: name and speed.</summary>
    public static readonly (string Name, double Speed)[] Devices =
        [("cuda:0", 1), ("cuda:1", 1), ("cuda:2", 0.6), ("cuda:3", 0.6), ("cuda:4", 0.4), ("cuda:5", 0.4)];

    /// <summary>Returns turns whose arrivals use a share of the speed of all devices.</summary>
    public static WorkflowJob[] Jobs(int count, double load, int seed)
    {
        var random = new Random(seed);
        double mean = Stages.Sum(stage => stage.Median * Math.Exp(stage.Sigma * stage.Sigma / 2));
        double gap = mean / (load * Devices.Sum(device => device.Speed)), at = 0;
        var jobs = new WorkflowJob[count];
        for (int i = 0; i < count; i++)
        {
            at += -Math.Log(1 - random.NextDouble()) * gap;
            double[] work = [.. Stages.Select(stage => stage.Median * Math.Exp(stage.Sigma * Normal(random)))];
            jobs[i] = new WorkflowJob(i, at, work, [.. work.Select(time => time * Math.Exp(Error * Normal(random)))]);
        }

        return jobs;
    }

    static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

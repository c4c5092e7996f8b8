using AgentChain.Costs;

namespace AgentChain.Simulation.Tests.Calibration;

/// <summary>
/// Predicts whole turns, or the rest of one, from the learned costs of blocks that run one after the other: adds a quantile of each block's
/// time, in another random order for each block.
/// </summary>
/// <param name="costs">The costs in the order of the blocks.</param>
sealed class TurnForecast(IReadOnlyList<LearnedCost> costs)
{
    const int Samples = 1000;

    /// <summary>The number of predictions after which the distributions are read again.</summary>
    const int Refresh = 500;

    readonly double[][] _ratios = [.. costs.Select(_ => new double[Samples])];
    readonly Random _random = new(3);
    int _left;

    /// <summary>Returns the probability that the blocks from one on take at most a time.</summary>
    /// <param name="from">The first block.</param>
    /// <param name="features">The features of each block's input.</param>
    /// <param name="limit">The time that is left.</param>
    public double ProbabilityWithin(int from, IReadOnlyList<CostFeatures> features, TimeSpan limit)
    {
        if (--_left <= 0)
        {
            Read();
        }

        double[] medians = [.. costs.Select((cost, at) => at < from ? 0 : cost.Predict(features[at]).TotalSeconds)];
        int within = 0;
        for (int i = 0; i < Samples; i++)
        {
            double sum = 0;
            for (int block = from; block < medians.Length; block++)
            {
                sum += medians[block] * _ratios[block][i];
            }

            within += sum <= limit.TotalSeconds ? 1 : 0;
        }

        return (double)within / Samples;
    }

    /// <summary>Returns the expected median time of a turn.</summary>
    public TimeSpan Median(IReadOnlyList<CostFeatures> features) =>
        costs.Select((cost, at) => cost.Predict(features[at])).Aggregate(TimeSpan.Zero, (sum, time) => sum + time);

    void Read()
    {
        _left = Refresh;
        for (int block = 0; block < _ratios.Length; block++)
        {
            double median = costs[block].Predict(default).TotalSeconds;
            for (int i = 0; i < Samples; i++)
            {
                _ratios[block][i] = costs[block].Predict(default, (i + 0.5) / Samples).TotalSeconds / median;
            }

            _random.Shuffle(_ratios[block]);
        }
    }
}

namespace AgentChain.Simulation;

/// <summary>Represents the mean of a value over several seeds, with its 95 percent confidence interval. Immutable.</summary>
/// <param name="Mean">The mean of the seeds.</param>
/// <param name="Low">The lower end of the interval; not a number if there is only one seed.</param>
/// <param name="High">The upper end of the interval; not a number if there is only one seed.</param>
public readonly record struct Estimate(double Mean, double Low, double High)
{
    /// <summary>The 97.5 percent quantiles of Student's t distribution, for 1 to 30 degrees of freedom.</summary>
    static ReadOnlySpan<double> StudentT =>
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>Gets a value that indicates whether there is an interval: there were at least two seeds.</summary>
    public bool HasInterval => !double.IsNaN(Low);

    internal static Estimate Of(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        int freedom = values.Count - 1;
        if (freedom == 0)
        {
            return new(mean, double.NaN, double.NaN);
        }

        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / freedom);

        // Beyond the table: 2 is above every quantile from 61 on, and 2.042 above those before.
        double t = freedom <= StudentT.Length ? StudentT[freedom - 1] : freedom <= 60 ? 2.042 : 2;
        double half = t * deviation / Math.Sqrt(values.Count);
        return new(mean, mean - half, mean + half);
    }
}

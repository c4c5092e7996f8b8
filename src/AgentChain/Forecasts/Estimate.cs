namespace AgentChain.Forecasts;

/// <summary>An expected time in seconds, and what it can vary.</summary>
/// <param name="Mean">The mean, in seconds; waits included.</param>
/// <param name="Variance">The variance of the work, in square seconds.</param>
/// <param name="Waiting">The part of the mean that is waiting.</param>
readonly record struct Estimate(double Mean, double Variance, double Waiting = 0)
{
    /// <summary>Returns the time of two works, one after the other.</summary>
    public static Estimate operator +(in Estimate one, in Estimate other) =>
        new(one.Mean + other.Mean, one.Variance + other.Variance, one.Waiting + other.Waiting);

    /// <summary>Adds a wait, which varies: it consists of a few runs, and of turns that are still to come.</summary>
    public Estimate After(double wait) => new(Mean + wait, Variance + (wait * wait / 2), Waiting + wait);

    /// <summary>
    /// Returns the probability that the time is at most a limit, as if it were lognormally distributed with this mean and variance. Source:
    /// Fenton, The sum of log-normal probability distributions (1960).
    /// </summary>
    /// <param name="seconds">The limit; negative if it has passed.</param>
    public double Within(double seconds) => NormalDistribution.Below(Score(seconds));

    /// <summary>Returns the probability as the number of deviations by which the limit is above the median.</summary>
    /// <param name="seconds">The limit; negative if it has passed.</param>
    public double Score(double seconds)
    {
        if (seconds <= 0 || Mean <= 0)
        {
            return seconds >= Mean ? double.PositiveInfinity : double.NegativeInfinity;
        }

        double spread = Math.Log(1 + (Variance / (Mean * Mean)));
        return spread < 1e-12
            ? (seconds >= Mean ? double.PositiveInfinity : double.NegativeInfinity)
            : (Math.Log(seconds / Mean) + (spread / 2)) / Math.Sqrt(spread);
    }
}

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
    public double Within(double seconds)
    {
        if (seconds <= 0 || Mean <= 0)
        {
            return seconds >= Mean ? 1 : 0;
        }

        double spread = Math.Log(1 + (Variance / (Mean * Mean)));
        return spread < 1e-12 ? (seconds >= Mean ? 1 : 0) : Normal((Math.Log(seconds / Mean) + (spread / 2)) / Math.Sqrt(spread));
    }

    /// <summary>
    /// The distribution function of the normal distribution. Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17; the
    /// error is below 10^-7.
    /// </summary>
    static double Normal(double x)
    {
        double t = 1 / (1 + (0.2316419 * Math.Abs(x)));
        double tail = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI) * t
            * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return x >= 0 ? 1 - tail : tail;
    }
}

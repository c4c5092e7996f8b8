namespace AgentChain.Forecasts;

/// <summary>The standard normal distribution.</summary>
static class NormalDistribution
{
    /// <summary>
    /// Returns the probability of a value below a score. Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17; the error
    /// is below 10^-7.
    /// </summary>
    public static double Below(double score)
    {
        if (double.IsInfinity(score))
        {
            return score > 0 ? 1 : 0;
        }

        double t = 1 / (1 + (0.2316419 * Math.Abs(score)));
        double tail = Density(score) * t
            * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return score >= 0 ? 1 - tail : tail;
    }

    /// <summary>Returns the density at a score.</summary>
    public static double Density(double score) => Math.Exp(-score * score / 2) / Math.Sqrt(2 * Math.PI);
}

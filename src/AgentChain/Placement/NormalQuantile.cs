namespace AgentChain.Placement;

/// <summary>The standard normal distribution and its inverse.</summary>
static class NormalQuantile
{
    /// <summary>Returns the probability of a value below a score.</summary>
    /// <remarks>Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17; the error is below 10^-7.</remarks>
    public static double Below(double score)
    {
        double t = 1 / (1 + (0.2316419 * Math.Abs(score)));
        double density = Math.Exp(-score * score / 2) / Math.Sqrt(2 * Math.PI);
        double tail = density * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return score >= 0 ? 1 - tail : tail;
    }

    /// <summary>Returns the score that a value is below with a probability, which is from 0.01 to 0.9999, by bisection.</summary>
    public static double Of(double probability)
    {
        double low = -5, high = 5;
        for (int i = 0; i < 50; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Below(middle) < probability ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}

namespace AgentChain.Simulation;

/// <summary>
/// Simulates an end-of-turn detector of a specified quality. Scores follow the binormal model of signal detection (Green and Swets, 1966):
/// the evidence is normal with a standard deviation of 1, and its mean is higher at an end of a turn than within a turn, by the distance
/// that yields the specified AUC. The score is that of a calibrated detector: the probability of an end, given the evidence. Immutable.
/// </summary>
public sealed class EndOfTurnScore
{
    readonly double _distance;
    readonly double _priorLogit;

    EndOfTurnScore(double auc, double prior, double distance) =>
        (Auc, _priorLogit, _distance) = (auc, Math.Log(prior / (1 - prior)), distance);

    /// <summary>
    /// Gets the area under the ROC curve: the probability that an end of a turn scores higher than a moment within a turn.
    /// </summary>
    public double Auc { get; }

    /// <summary>Creates a detector with the specified quality.</summary>
    /// <param name="auc">The area under the ROC curve, 0.5 to 0.9999: 0.5 is chance, and values close to 1 are almost always right.</param>
    /// <param name="prior">The share of scored moments that are ends of turns; more than 0, less than 1.</param>
    /// <returns>The detector.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static EndOfTurnScore OfAuc(double auc, double prior = 0.5)
    {
        OptionCheck.Within(auc, 0.5, 0.9999, nameof(auc));
        if (prior is not (> 0 and < 1))
        {
            throw OptionCheck.OutOfRange(nameof(prior), prior, "it must be a number between 0 and 1.");
        }

        double low = 0;
        double high = 6;
        while (high - low > 1e-12)
        {
            double middle = (low + high) / 2;
            (low, high) = NormalDistribution(middle) < auc ? (middle, high) : (low, middle);
        }

        return new(auc, prior, Math.Sqrt(2) * low);
    }

    /// <summary>Scores a moment.</summary>
    /// <param name="isEnd"><see langword="true"/> if the moment is the end of the turn; otherwise, <see langword="false"/>.</param>
    /// <param name="key">The random key.</param>
    /// <returns>The score, 0 to 1. Equal arguments give the same score.</returns>
    public double Score(bool isEnd, RandomKey key)
    {
        double evidence = key.Normal() + (isEnd ? _distance / 2 : -_distance / 2);
        return 1 / (1 + Math.Exp(-((_distance * evidence) + _priorLogit)));
    }

    /// <summary>Computes the distribution function by the series of Marsaglia, "Evaluating the Normal Distribution" (2004).</summary>
    static double NormalDistribution(double x)
    {
        double sum = x;
        double term = x;
        for (int i = 3; term > 1e-17 * sum; i += 2)
        {
            term *= x * x / i;
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }
}

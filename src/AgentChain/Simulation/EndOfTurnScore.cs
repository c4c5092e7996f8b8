namespace AgentChain.Simulation;

/// <summary>
/// A simulated end-of-turn detector of a given quality. Scores are those of the binormal model of signal detection (Green and Swets, 1966):
/// the evidence is normal with deviation 1, its mean higher at an end than within a turn, by as much as gives the quality asked for. The score
/// is what a calibrated detector would say: the probability of an end, given the evidence. Immutable.
/// </summary>
public sealed class EndOfTurnScore
{
    readonly double _distance;
    readonly double _priorLogit;

    EndOfTurnScore(double auc, double prior, double distance) =>
        (Auc, _priorLogit, _distance) = (auc, Math.Log(prior / (1 - prior)), distance);

    /// <summary>Gets the area under the ROC curve: how likely an end has a higher score than a moment that is none.</summary>
    public double Auc { get; }

    /// <summary>Makes a detector.</summary>
    /// <param name="auc">The area under its ROC curve: 0.5 knows nothing, close to 1 is close to always right. 0.5 to 0.9999.</param>
    /// <param name="prior">What share of the moments it is asked about are ends; more than 0, less than 1.</param>
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
    /// <param name="isEnd">Whether it is an end.</param>
    /// <param name="key">The luck.</param>
    /// <returns>The score, 0 to 1; the same each time.</returns>
    public double Score(bool isEnd, RandomKey key)
    {
        double evidence = key.Normal() + (isEnd ? _distance / 2 : -_distance / 2);
        return 1 / (1 + Math.Exp(-((_distance * evidence) + _priorLogit)));
    }

    /// <summary>By the series of Marsaglia, "Evaluating the Normal Distribution" (2004).</summary>
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

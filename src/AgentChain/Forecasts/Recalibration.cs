namespace AgentChain.Forecasts;

/// <summary>
/// Corrects predicted probabilities by what became of the turns: near overload, those who come later make every prediction too sure. Learns a
/// line in scores by stochastic gradient descent. Thread-safe; concurrent turns can lose an observation. Source: Platt, Probabilistic outputs
/// for support vector machines (1999), with the normal distribution instead of the logistic one.
/// </summary>
sealed class Recalibration
{
    /// <summary>The step of the descent; about the last thousand turns count.</summary>
    const double Step = 0.004;

    /// <summary>The largest score that counts, so that a certain prediction that fails does not move the line far.</summary>
    const double LargestScore = 3;

    /// <summary>The ranges of the line, so that predictions stay predictions.</summary>
    const double MostShift = 1.5, LeastSlope = 0.3, MostSlope = 2;

    double _shift;
    double _slope = 1;

    /// <summary>Returns the corrected score.</summary>
    public double Correct(double score) =>
        double.IsInfinity(score) ? score : Volatile.Read(ref _shift) + (Volatile.Read(ref _slope) * score);

    /// <summary>Learns from a turn that has ended.</summary>
    /// <param name="score">Its score at the door, uncorrected.</param>
    /// <param name="onTime">Whether it was on time.</param>
    public void Learn(double score, bool onTime)
    {
        double at = Math.Clamp(score, -LargestScore, LargestScore);
        double corrected = Math.Clamp(Correct(at), -LargestScore, LargestScore), share = NormalDistribution.Below(corrected);
        double pull = Step * ((onTime ? 1 : 0) - share) * NormalDistribution.Density(corrected) / (share * (1 - share));
        Volatile.Write(ref _shift, Math.Clamp(_shift + pull, -MostShift, MostShift));
        Volatile.Write(ref _slope, Math.Clamp(_slope + (pull * at), LeastSlope, MostSlope));
    }
}

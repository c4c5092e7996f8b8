using System.Collections.Concurrent;

namespace AgentChain.Speculation;

/// <summary>
/// Estimates probabilities with an online logistic regression per block, over the published probability, the silence so far, the
/// end-of-turn score, the stability and the number of unchanged hypotheses.
/// </summary>
/// <remarks>
/// <para>
/// Thread-safe. The weights and their covariance are those of a Bayesian logistic regression, updated one request at a time by the extended
/// Kalman filter. This is a Newton step, so tens of requests are enough. The prior is the published probability and acts like an L2 penalty
/// that pulls each weight toward it. Older requests decay as similar new ones arrive, but never below the prior.
/// </para>
/// <para>
/// A turn makes many requests that all come true or fail together, so the first turns carry less information than their number of requests
/// suggests. The published probability therefore keeps the weight of a number of requests in the estimate, which fades as more are learned.
/// </para>
/// <para>
/// The silence enters as a piecewise linear function, because P(final) is not linear in it: ongoing speech, and pauses of 0, 100, 200, 300,
/// 400, 600 and 1,000 ms.
/// </para>
/// </remarks>
public sealed class LogisticEstimator : IProbabilityEstimator
{
    readonly ConcurrentDictionary<string, LogisticModel> _blocks = new(StringComparer.Ordinal);
    readonly double _variance;
    readonly double _decay;
    readonly double _trust;

    /// <summary>Initializes an estimator that has no observations and returns the published probability.</summary>
    /// <param name="priorVariance">
    /// The variance of the weights around the published probability, that is, the inverse of the L2 penalty; more than 0.
    /// </param>
    /// <param name="decay">
    /// The factor by which each new request reduces the weight of similar older ones; more than 0, at most 1. At 0.999, about a thousand
    /// count.
    /// </param>
    /// <param name="trust">
    /// The number of requests after which the published and the learned probability have equal weight; 0 or more.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public LogisticEstimator(double priorVariance = 4, double decay = 0.999, double trust = 60)
    {
        OptionCheck.Positive(priorVariance, nameof(priorVariance));
        OptionCheck.Share(decay, nameof(decay));
        OptionCheck.NotNegative(trust, nameof(trust));
        (_variance, _decay, _trust) = (priorVariance, decay, trust);
    }

    /// <inheritdoc/>
    public double Estimate(in SpeculationRequest request)
    {
        if (!Evidence.IsUsable(request))
        {
            return double.NaN;
        }

        if (!_blocks.TryGetValue(request.Block, out LogisticModel? model))
        {
            return request.Probability;
        }

        Span<double> inputs = stackalloc double[LogisticInputs.Count];
        LogisticInputs.Fill(request, inputs);
        lock (model)
        {
            // Quadratic: the published probability has half of the weight after as many requests as the trust, and a hundredth after ten
            // times as many.
            double trust = _trust * _trust;
            double learned = (double)model.Questions * model.Questions;
            return ((learned * model.Estimate(inputs)) + (trust * request.Probability)) / (learned + trust);
        }
    }

    /// <inheritdoc/>
    public void Learn(in SpeculationRequest request, bool cameTrue)
    {
        if (!Evidence.IsUsable(request))
        {
            return;
        }

        if (!_blocks.TryGetValue(request.Block, out LogisticModel? model))
        {
            model = _blocks.GetOrAdd(request.Block, new LogisticModel(_variance, _decay));
        }

        Span<double> inputs = stackalloc double[LogisticInputs.Count];
        LogisticInputs.Fill(request, inputs);
        lock (model)
        {
            model.Learn(inputs, cameTrue);
        }
    }
}

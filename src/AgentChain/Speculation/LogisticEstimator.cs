using System.Collections.Concurrent;

namespace AgentChain.Speculation;

/// <summary>
/// Logistic regression that learns with every question, per block: over the published probability, the silence so far, the
/// end-of-turn score, the stability and the number of unchanged hypotheses.
/// </summary>
/// <remarks>
/// <para>
/// Thread-safe. The weights and their covariance are those of a Bayesian logistic regression, updated one question at a time by the
/// extended Kalman filter: a Newton step, so that tens of questions are enough. The prior says "as published": it plays the part of an
/// L2 penalty that pulls each weight to it. Old questions fade by the decay, each as new ones like it come, and never beyond the prior.
/// </para>
/// <para>
/// A turn asks many questions that all come true or fail together, so the first turns teach less than their questions suggest: what is
/// published stays in the estimate with the weight of some questions, and fades from it as more are learned.
/// </para>
/// <para>The silence enters as a piecewise linear function, since P(final) is no straight line in it: speech that goes on, and pauses of
/// 0, 100, 200, 300, 400, 600 and 1,000 ms.</para>
/// </remarks>
public sealed class LogisticEstimator : IProbabilityEstimator
{
    readonly ConcurrentDictionary<string, LogisticModel> _blocks = new(StringComparer.Ordinal);
    readonly double _variance;
    readonly double _decay;
    readonly double _trust;

    /// <summary>Makes an estimator that has seen nothing and believes what is published.</summary>
    /// <param name="priorVariance">How far the weights may be from "as published": the inverse of the L2 penalty; more than 0.</param>
    /// <param name="decay">
    /// What older questions still count after a new one like them; more than 0, at most 1. At 0.999 about a thousand count.
    /// </param>
    /// <param name="trust">After how many questions the published probability and what was learned count alike; 0 or more.</param>
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
            // Quadratic: half of it is left after as many questions as the trust is, a hundredth after ten times as many.
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

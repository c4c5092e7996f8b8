using System.Collections.Concurrent;

namespace AgentChain.Speculation;

/// <summary>
/// Estimates probabilities from counts: per block and per bucket of similar evidence, it counts how many hypotheses came true. The
/// published probability is the mean of the Beta prior, so the estimate moves from the published probability to the observed rate.
/// </summary>
/// <remarks>
/// Thread-safe. A bucket is a combination of the silence (ten levels up to 800 ms), the end-of-turn score (four levels), the stability
/// (three levels) and the number of unchanged hypotheses (three levels). Each of the first three can also be unknown. The estimator makes
/// no assumption about the shape of the relationship, but needs tens of requests for each bucket; <see cref="LogisticEstimator"/> needs far
/// fewer.
/// </remarks>
public sealed class BetaBinomialEstimator : IProbabilityEstimator
{
    const int Silences = 11;
    const int Scores = 5;
    const int Stabilities = 4;
    const int Repeats = 3;

    readonly ConcurrentDictionary<string, Counts> _blocks = new(StringComparer.Ordinal);
    readonly double _strength;
    readonly double _decay;

    /// <summary>Initializes an estimator without observations.</summary>
    /// <param name="priorStrength">The weight of the published probability, as a number of requests; more than 0.</param>
    /// <param name="decay">
    /// The factor by which each new request reduces the weight of older ones in its bucket; more than 0, at most 1.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public BetaBinomialEstimator(double priorStrength = 4, double decay = 0.999)
    {
        OptionCheck.Positive(priorStrength, nameof(priorStrength));
        OptionCheck.Share(decay, nameof(decay));
        (_strength, _decay) = (priorStrength, decay);
    }

    /// <inheritdoc/>
    public double Estimate(in SpeculationRequest request)
    {
        if (!Evidence.IsUsable(request))
        {
            return double.NaN;
        }

        if (!_blocks.TryGetValue(request.Block, out Counts? counts))
        {
            return request.Probability;
        }

        lock (counts)
        {
            (double hits, double all) = counts.Buckets[BucketOf(request)];
            return (hits + (_strength * request.Probability)) / (all + _strength);
        }
    }

    /// <inheritdoc/>
    public void Learn(in SpeculationRequest request, bool cameTrue)
    {
        if (!Evidence.IsUsable(request))
        {
            return;
        }

        Counts counts = _blocks.GetOrAdd(request.Block, static _ => new());
        lock (counts)
        {
            ref (double Hits, double All) bucket = ref counts.Buckets[BucketOf(request)];
            bucket = ((bucket.Hits * _decay) + (cameTrue ? 1 : 0), (bucket.All * _decay) + 1);
        }
    }

    static int BucketOf(in SpeculationRequest request)
    {
        int silence = request.Features.Silence is not { } pause ? 0
            : pause <= TimeSpan.Zero ? 1
            : 2 + (int)Math.Min(pause.TotalMilliseconds / 100, Silences - 3);
        int score = request.Features.EndOfTurn is not { } endOfTurn ? 0 : 1 + (int)Math.Min(endOfTurn * 4, 3);
        int stable = request.Features.Stability is not { } stability ? 0 : 1 + (int)Math.Min(stability * 3, 2);
        int repeats = Math.Clamp(request.Unchanged, 0, Repeats - 1);
        return (((((silence * Scores) + score) * Stabilities) + stable) * Repeats) + repeats;
    }

    sealed class Counts
    {
        public (double Hits, double All)[] Buckets { get; } = new (double, double)[Silences * Scores * Stabilities * Repeats];
    }
}

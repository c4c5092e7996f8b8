namespace AgentChain.Costs;

/// <summary>
/// Summarizes positive numbers, such as latencies or ratios of latencies, in fixed memory (about 11 KB), with quantiles that are within 1 %
/// of the exact ones. Sketches of parts can be merged into that of the whole. Not thread-safe.
/// </summary>
/// <remarks>
/// Source: DDSketch (Masson, Rim and Lee, VLDB 2019). A number goes into the bucket of its logarithm, so the error is relative. Numbers
/// below 10^-6 and above 10^6 count as these.
/// </remarks>
public sealed class LatencySketch
{
    /// <summary>The relative error, and the smallest and largest number that the buckets tell apart.</summary>
    const double Error = 0.01, Least = 1e-6, Most = 1e6;

    static readonly double Gamma = (1 + Error) / (1 - Error), LogGamma = Math.Log(Gamma);
    static readonly int Lowest = (int)Math.Ceiling(Math.Log(Least) / LogGamma), Buckets = (int)Math.Ceiling(Math.Log(Most) / LogGamma) - Lowest + 1;

    readonly double[] _counts = new double[Buckets];

    /// <summary>Gets the number of values; fractional after <see cref="Age"/>.</summary>
    public double Count { get; private set; }

    /// <summary>Adds a value.</summary>
    /// <param name="value">The value; greater than or equal to zero.</param>
    /// <param name="weight">How many times it counts; greater than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range, or not finite.</exception>
    public void Add(double value, double weight = 1)
    {
        OptionCheck.NotNegative(value, nameof(value));
        OptionCheck.Positive(weight, nameof(weight));
        _counts[BucketOf(value)] += weight;
        Count += weight;
    }

    /// <summary>Adds the values of another sketch.</summary>
    /// <param name="other">The other sketch, which does not change.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is <see langword="null"/>.</exception>
    public void Merge(LatencySketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int i = 0; i < Buckets; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>Returns a quantile.</summary>
    /// <param name="share">The share of the values that are at most the result, from 0 to 1: 0.5 for the median.</param>
    /// <returns>The value; 0 if there are no values.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is outside its range.</exception>
    public double Quantile(double share)
    {
        OptionCheck.Within(share, 0, 1, nameof(share));
        if (Count == 0)
        {
            return 0;
        }

        double below = 0;
        int last = 0;
        for (int i = 0; i < Buckets; i++)
        {
            if (_counts[i] == 0)
            {
                continue;
            }

            (below, last) = (below + _counts[i], i);

            // The tolerance keeps sums of fractional weights from skipping a bucket.
            if (below >= (share * Count) - (1e-9 * Count))
            {
                break;
            }
        }

        return ValueOf(last);
    }

    /// <summary>Returns the share of the values that are at most a limit.</summary>
    /// <param name="limit">The limit; not negative.</param>
    /// <returns>The share, from 0 to 1; 1 if there are no values.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is negative, or not a number.</exception>
    public double ShareUpTo(double limit)
    {
        if (!(limit >= 0))
        {
            throw OptionCheck.OutOfRange(nameof(limit), limit, "it must be a number of 0 or more.");
        }

        if (Count == 0)
        {
            return 1;
        }

        double below = 0;
        int bucket = BucketOf(limit);
        for (int i = 0; i < bucket; i++)
        {
            below += _counts[i];
        }

        // Half of the limit's own bucket, whose values lie on both sides of it.
        return Math.Min(1, (below + (_counts[bucket] / 2)) / Count);
    }

    /// <summary>Returns the mean and the variance of the values; zeros if there are none.</summary>
    internal (double Mean, double Variance) Moments()
    {
        double sum = 0, squares = 0;
        for (int i = 0; i < Buckets; i++)
        {
            if (_counts[i] > 0)
            {
                double value = ValueOf(i);
                sum += _counts[i] * value;
                squares += _counts[i] * value * value;
            }
        }

        double mean = Count == 0 ? 0 : sum / Count;
        return (mean, Count == 0 ? 0 : Math.Max(0, (squares / Count) - (mean * mean)));
    }

    /// <summary>Multiplies the weight of all values, so that later ones count more.</summary>
    /// <param name="share">The share that remains, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is outside its range.</exception>
    public void Age(double share)
    {
        OptionCheck.Share(share, nameof(share));
        for (int i = 0; i < Buckets; i++)
        {
            _counts[i] *= share;
        }

        Count *= share;
    }

    /// <summary>Returns values in ascending order that stand for equal shares of all values; none if there are no values.</summary>
    internal double[] Samples(int count)
    {
        double[] samples = new double[Count == 0 ? 0 : count];
        double below = _counts[0];
        for (int i = 0, bucket = 0; i < samples.Length; i++)
        {
            double rank = (i + 0.5) / count * Count;
            while (below < rank && bucket < Buckets - 1)
            {
                below += _counts[++bucket];
            }

            samples[i] = ValueOf(bucket);
        }

        return samples;
    }

    /// <summary>Returns the non-empty buckets as pairs of a value and its weight, in ascending order.</summary>
    internal IEnumerable<KeyValuePair<double, double>> Values() =>
        Enumerable.Range(0, Buckets).Where(i => _counts[i] > 0).Select(i => KeyValuePair.Create(ValueOf(i), _counts[i]));

    static int BucketOf(double value) =>
        Math.Clamp((int)Math.Ceiling(Math.Log(Math.Clamp(value, Least, Most)) / LogGamma) - Lowest, 0, Buckets - 1);

    /// <summary>The value whose relative distance from both ends of the bucket is equal.</summary>
    static double ValueOf(int bucket) => 2 * Math.Exp((bucket + Lowest) * LogGamma) / (Gamma + 1);
}

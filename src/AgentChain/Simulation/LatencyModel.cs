namespace AgentChain.Simulation;

/// <summary>
/// Models how long an operation takes. Pure: only the random key and the size determine the time, so the order of calls does not matter.
/// Immutable and safe for use from any thread. Derive from this class to create a custom model.
/// </summary>
public abstract class LatencyModel
{
    /// <summary>Returns a latency.</summary>
    /// <param name="key">The random key. The same key and size give the same time.</param>
    /// <param name="size">The amount of work, such as the number of tokens. Models that do not depend on it ignore it.</param>
    /// <returns>The time; never negative.</returns>
    public abstract TimeSpan Sample(RandomKey key, int size = 0);

    /// <summary>Creates a model with a constant time.</summary>
    /// <param name="time">The time; not negative.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static LatencyModel Fixed(TimeSpan time) => new FixedModel(NotNegative(time, nameof(time)));

    /// <summary>
    /// Creates a model with a lognormal time, the usual shape of service times: many values near the median, and a long tail above.
    /// </summary>
    /// <param name="median">The median; not negative. The mean is larger: the median times exp(sigma² / 2).</param>
    /// <param name="sigma">
    /// The standard deviation of the time's natural logarithm; 0 or more. With 0.3, about one in six is above 1.35 medians.
    /// </param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static LatencyModel LogNormal(TimeSpan median, double sigma) =>
        new LogNormalModel(Fixed(NotNegative(median, nameof(median))), NotNegative(sigma, nameof(sigma)));

    /// <summary>Creates a model that draws from measured times, with replacement and equal probability.</summary>
    /// <param name="times">The times; at least one, none negative. Their order does not affect the distribution.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">There are no times.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    public static LatencyModel Recorded(IEnumerable<TimeSpan> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        TimeSpan[] kept = [.. times.Select(t => NotNegative(t, nameof(times)))];
        return kept.Length > 0 ? new RecordedModel(kept) : throw new ArgumentException("There must be at least one time.", nameof(times));
    }

    /// <summary>
    /// Creates a model whose time grows with the size, such as the prefill of a prompt's tokens or the synthesis of a text's characters.
    /// </summary>
    /// <param name="start">The time at size 0; not negative.</param>
    /// <param name="each">The additional time for each token; not negative.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static LatencyModel PerToken(TimeSpan start, TimeSpan each) =>
        new PerTokenModel(NotNegative(start, nameof(start)), NotNegative(each, nameof(each)));

    /// <summary>
    /// Creates a model of two consecutive operations: the sum of the times of this and another model, drawn independently.
    /// </summary>
    /// <param name="other">The other model.</param>
    /// <returns>The model.</returns>
    public LatencyModel Plus(LatencyModel other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new SumModel(this, other);
    }

    /// <summary>Creates a model that multiplies the times of this model by a lognormal factor with a median of 1.</summary>
    /// <param name="sigma">
    /// The standard deviation of the factor's natural logarithm; 0 or more. 0.15 is about 15 percent up or down.
    /// </param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is negative or not a number.</exception>
    public LatencyModel WithNoise(double sigma) => new LogNormalModel(this, NotNegative(sigma, nameof(sigma)));

    static TimeSpan NotNegative(TimeSpan time, string name) => OptionCheck.NotNegative(time, name);

    static double NotNegative(double sigma, string name) => OptionCheck.NotNegative(sigma, name);

    sealed class FixedModel(TimeSpan time) : LatencyModel
    {
        public override TimeSpan Sample(RandomKey key, int size = 0) => time;
    }

    sealed class LogNormalModel(LatencyModel median, double sigma) : LatencyModel
    {
        public override TimeSpan Sample(RandomKey key, int size = 0) =>
            median.Sample(key.Fold(1), size) * Math.Exp(sigma * key.Fold(2).Normal());
    }

    sealed class RecordedModel(TimeSpan[] times) : LatencyModel
    {
        public override TimeSpan Sample(RandomKey key, int size = 0) => times[key.Below(times.Length)];
    }

    sealed class PerTokenModel(TimeSpan start, TimeSpan each) : LatencyModel
    {
        public override TimeSpan Sample(RandomKey key, int size = 0) => start + (each * Math.Max(0, size));
    }

    sealed class SumModel(LatencyModel first, LatencyModel second) : LatencyModel
    {
        public override TimeSpan Sample(RandomKey key, int size = 0) => first.Sample(key.Fold(1), size) + second.Sample(key.Fold(2), size);
    }
}

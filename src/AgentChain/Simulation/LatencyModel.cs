namespace AgentChain.Simulation;

/// <summary>
/// How long something takes. Pure: the key (the luck) and the size decide, nothing else, so the order of calls does not matter.
/// Immutable and safe for use from any thread. Derive from it for a model of your own.
/// </summary>
public abstract class LatencyModel
{
    /// <summary>Gives a time.</summary>
    /// <param name="key">Decides what is random about it: the same key and size give the same time.</param>
    /// <param name="size">How much there is to do, such as tokens; models that do not depend on it ignore it.</param>
    /// <returns>The time; never negative.</returns>
    public abstract TimeSpan Sample(RandomKey key, int size = 0);

    /// <summary>Always the same time.</summary>
    /// <param name="time">The time; not negative.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static LatencyModel Fixed(TimeSpan time) => new FixedModel(NotNegative(time, nameof(time)));

    /// <summary>A lognormal time, the usual shape of service times: many near the median, a long tail above.</summary>
    /// <param name="median">The median; not negative. The mean is larger: the median times exp(sigma² / 2).</param>
    /// <param name="sigma">The deviation of the time's natural logarithm; 0 or more. With 0.3 about one in six is above 1.35 medians.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static LatencyModel LogNormal(TimeSpan median, double sigma) =>
        new LogNormalModel(Fixed(NotNegative(median, nameof(median))), NotNegative(sigma, nameof(sigma)));

    /// <summary>Times that were measured: each draw takes one of them, all equally likely, with replacement.</summary>
    /// <param name="times">The times; at least one, none negative. Their order does not matter to what is likely.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is negative.</exception>
    public static LatencyModel Recorded(IEnumerable<TimeSpan> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        TimeSpan[] kept = [.. times.Select(t => NotNegative(t, nameof(times)))];
        return kept.Length > 0 ? new RecordedModel(kept) : throw new ArgumentException("There must be at least one time.", nameof(times));
    }

    /// <summary>A time that grows with the size: prefill over a prompt's tokens, synthesis over a text's characters.</summary>
    /// <param name="start">What it takes at size 0; not negative.</param>
    /// <param name="each">What each token adds; not negative.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static LatencyModel PerToken(TimeSpan start, TimeSpan each) =>
        new PerTokenModel(NotNegative(start, nameof(start)), NotNegative(each, nameof(each)));

    /// <summary>One thing after another: the sum of this and another model's times, drawn independently.</summary>
    /// <param name="other">The other.</param>
    /// <returns>The model.</returns>
    public LatencyModel Plus(LatencyModel other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new SumModel(this, other);
    }

    /// <summary>This model's times, each multiplied by a lognormal factor with median 1.</summary>
    /// <param name="sigma">The deviation of the factor's natural logarithm; 0 or more. 0.15 is about 15 percent up or down.</param>
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

namespace AgentChain.Placement;

/// <summary>Represents how long a run of a phase takes on a device: measured, learned or estimated. Immutable.</summary>
public sealed record PhaseTime
{
    const double LongestSeconds = 900e9;

    readonly double _variation = 0.3;
    readonly TimeSpan _mean;
    readonly TimeSpan? _busy;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="mean">The mean time until the phases after it can begin, without waiting; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public PhaseTime(TimeSpan mean) => Mean = mean;

    /// <summary>Gets the mean time until the phases after it can begin, without waiting; not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Mean { get => _mean; init => _mean = OptionCheck.NotNegative(value, nameof(Mean)); }

    /// <summary>
    /// Gets the mean time that a run keeps a lane of the device from others: longer than <see cref="Mean"/> for a stream whose first item
    /// starts the next phase, shorter for a run that the device makes together with others. The default is <see cref="Mean"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Busy { get => _busy ?? _mean; init => _busy = OptionCheck.NotNegative(value, nameof(Busy)); }

    /// <summary>Gets the standard deviation of the time as a share of its mean, from 0 to 100. The default is 0.3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public double Variation { get => _variation; init => _variation = OptionCheck.Within(value, 0, 100, nameof(Variation)); }

    /// <summary>Converts seconds to a time; the longest time for what does not fit.</summary>
    internal static TimeSpan ToTime(double seconds) => seconds < LongestSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
}

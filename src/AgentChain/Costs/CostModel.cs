using System.Text.Json.Serialization;

namespace AgentChain.Costs;

/// <summary>
/// Represents how long a block is expected to run on a device, as a function of its input's features. A model is declared by the host; what
/// traffic shows corrects it (<see cref="LearnedCost"/>). Immutable and safe for use from any thread. Written as JSON with its
/// <see cref="CostBook"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(AffineCost), "affine")]
[JsonDerivedType(typeof(TableCost), "table")]
[JsonDerivedType(typeof(RooflineCost), "roofline")]
public abstract record CostModel
{
    internal const double LongestSeconds = 900e9;

    private protected CostModel()
    {
    }

    /// <summary>Returns the expected time.</summary>
    /// <param name="features">The features of the input.</param>
    /// <returns>The time; never negative.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A feature is negative, not a number or above 10^12.</exception>
    public TimeSpan Predict(CostFeatures features) => ToTime(Seconds(features.Checked(nameof(features))));

    /// <summary>Creates a model of a constant time.</summary>
    /// <param name="time">The time; greater than zero.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is not greater than zero.</exception>
    public static CostModel Constant(TimeSpan time) => new AffineCost { Start = OptionCheck.Positive(time, nameof(time)) };

    /// <summary>Creates a model of a start time and a time for each token that the block reads and produces.</summary>
    /// <param name="start">The time for an empty input; not negative.</param>
    /// <param name="token">The time for each token read; not negative.</param>
    /// <param name="outputToken">The time for each token produced; not negative.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    public static CostModel PerToken(TimeSpan start, TimeSpan token, TimeSpan outputToken = default) =>
        new AffineCost { Start = start, EachToken = token, EachOutputToken = outputToken };

    /// <summary>Creates a model of a start time and a time for each second of audio.</summary>
    /// <param name="start">The time for an empty input; not negative.</param>
    /// <param name="second">The time for each second of audio; not negative.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    public static CostModel PerAudioSecond(TimeSpan start, TimeSpan second) => new AffineCost { Start = start, EachAudioSecond = second };

    /// <summary>Creates a model of measured times, between which it interpolates; above the last, it continues the last slope.</summary>
    /// <param name="points">The numbers of tokens, in ascending order, with the times measured for them; at least one.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">There are no points, or the tokens are not in ascending order.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number or a time is negative.</exception>
    public static CostModel Table(params ReadOnlySpan<CostPoint> points) => new TableCost([.. points]);

    /// <summary>Returns the expected time in seconds for features that have been checked.</summary>
    internal abstract double Seconds(in CostFeatures features);

    /// <summary>Converts seconds to a time; the longest time for what does not fit.</summary>
    internal static TimeSpan ToTime(double seconds) => seconds < LongestSeconds
        ? TimeSpan.FromSeconds(Math.Max(0, seconds))
        : TimeSpan.MaxValue;
}

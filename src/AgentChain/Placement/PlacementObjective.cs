namespace AgentChain.Placement;

/// <summary>Represents what a plan makes best: a quantile of the turns' latency, or the number of turns in time. Immutable.</summary>
public sealed record PlacementObjective
{
    PlacementObjective(double quantile, TimeSpan? limit) => (Quantile, Limit) = (quantile, limit);

    /// <summary>Gets the quantile of the latency that is made least, and that plans tell.</summary>
    public double Quantile { get; }

    /// <summary>Gets the limit of the turns that are in time; <see langword="null"/> if a quantile is made least.</summary>
    public TimeSpan? Limit { get; }

    /// <summary>Makes a quantile of the latency least.</summary>
    /// <param name="quantile">The quantile, from 0.01 to 0.9999, such as 0.95.</param>
    /// <returns>The objective.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quantile"/> is outside its range.</exception>
    public static PlacementObjective Latency(double quantile = 0.95) =>
        new(OptionCheck.Within(quantile, 0.01, 0.9999, nameof(quantile)), null);

    /// <summary>Makes the number of turns largest that end within a limit.</summary>
    /// <param name="limit">The limit; greater than zero.</param>
    /// <returns>The objective.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is not greater than zero.</exception>
    public static PlacementObjective Goodput(TimeSpan limit) => new(0.95, OptionCheck.Positive(limit, nameof(limit)));

    /// <summary>Describes the objective.</summary>
    /// <returns>A string such as <c>p95 latency</c> or <c>turns within 800 ms</c>.</returns>
    public override string ToString() =>
        Limit is { } limit ? $"turns within {OptionCheck.Ms(limit)}" : OptionCheck.Text($"p{Quantile * 100:0.##} latency");
}

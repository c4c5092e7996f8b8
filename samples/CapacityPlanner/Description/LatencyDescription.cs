namespace CapacityPlanner.Description;

/// <summary>
/// A latency in milliseconds: recorded times, or a median that grows with the tokens, with a lognormal deviation.
/// </summary>
sealed record LatencyDescription
{
    public double Ms { get; set; }

    public double PerInputTokenMs { get; set; }

    public double PerOutputTokenMs { get; set; }

    /// <summary>The standard deviation of the time's natural logarithm.</summary>
    public double Sigma { get; set; }

    /// <summary>Measured times, drawn with equal probability; instead of the other fields.</summary>
    public double[]? RecordedMs { get; set; }
}

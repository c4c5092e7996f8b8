namespace CapacityPlanner.Description;

/// <summary>Limits of a turn, in milliseconds.</summary>
sealed record LimitsDescription
{
    public double? TotalMs { get; set; }

    public double? FirstOutputMs { get; set; }

    public double? StallMs { get; set; }
}

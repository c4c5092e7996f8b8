namespace CapacityPlanner.Description;

/// <summary>What a plan must reach, and how long it may search.</summary>
sealed record TargetDescription
{
    public double Target { get; set; } = 0.95;

    public int MaxSimulations { get; set; } = 200;
}

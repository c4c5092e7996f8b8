namespace CapacityPlanner.Description;

/// <summary>The JSON file: a chain, its devices, its arrivals, and what is asked of it.</summary>
sealed record ChainDescription
{
    public string Name { get; set; } = "chain";

    public required ArrivalDescription Arrivals { get; init; }

    /// <summary>What counts as on time.</summary>
    public required LimitsDescription Objective { get; init; }

    /// <summary>The chain's own budget, at which it ends a turn; none if left out.</summary>
    public LimitsDescription? Budget { get; set; }

    public int MaxTurns { get; set; } = 1024;

    public bool WaitForRoom { get; set; }

    public int Seeds { get; set; } = 3;

    public required DeviceDescription[] Devices { get; init; }

    public required StageDescription[] Stages { get; init; }

    public TargetDescription Plan { get; set; } = new();
}

namespace CapacityPlanner.Description;

/// <summary>A group of equal devices. A plan chooses from <c>servers</c> to <c>mostServers</c>.</summary>
sealed record DeviceDescription
{
    public required string Name { get; init; }

    public int Servers { get; set; } = 1;

    public int MostServers { get; set; } = 16;

    public double Cost { get; set; } = 1;
}

namespace CapacityPlanner.Description;

/// <summary>A group of equal devices. A plan chooses from <c>servers</c> to <c>mostServers</c>.</summary>
sealed record DeviceDescription
{
    public required string Name { get; init; }

    public int Servers { get; set; } = 1;

    public int MostServers { get; set; } = 16;

    public double Cost { get; set; } = 1;

    /// <summary>The steps of a device that works in batches, as servers of language models do; one job in one server if left out.</summary>
    public BatchDescription? Batching { get; set; }
}

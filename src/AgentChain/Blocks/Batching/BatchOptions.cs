using AgentChain.Costs;

namespace AgentChain.Blocks.Batching;

/// <summary>Provides the options of a batched block. They are read once, by the block's constructor.</summary>
public sealed class BatchOptions
{
    /// <summary>Gets or sets the largest number of items in a batch.</summary>
    /// <value>16 by default; at least 1. On a device, a batch is also not larger than the number of its leases.</value>
    public int MaxSize { get; set; } = 16;

    /// <summary>Gets or sets the longest time that an item waits for others while no batch runs.</summary>
    /// <value>10 ms by default; zero to wait for none. Deadlines and rare arrivals shorten it.</value>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Gets or sets the number of batches that run at once, on each device.</summary>
    /// <value>1 by default; at least 1.</value>
    public int Concurrency { get; set; } = 1;

    /// <summary>Gets or sets the number of items that wait for a batch at once, on each device; further ones fail.</summary>
    /// <value>1024 by default; at least 1.</value>
    public int Capacity { get; set; } = 1024;

    /// <summary>Gets or sets a value that indicates whether the items of a batch that failed run once more, each alone.</summary>
    /// <value><see langword="false"/> by default: each item fails. Turn it on where one bad item makes the others fail.</value>
    public bool RetriesSingly { get; set; }

    /// <summary>Gets or sets the declared time of a batch; its only feature is <see cref="CostFeatures.Items"/>.</summary>
    /// <value><see langword="null"/> by default: a start time and a time for each item are learned, for each device.</value>
    public CostModel? Cost { get; set; }

    internal BatchOptions Checked() => new()
    {
        MaxSize = OptionCheck.AtLeast(MaxSize, 1, "BatchOptions.MaxSize"),
        MaxWait = OptionCheck.NotNegative(MaxWait, "BatchOptions.MaxWait"),
        Concurrency = OptionCheck.AtLeast(Concurrency, 1, "BatchOptions.Concurrency"),
        Capacity = OptionCheck.AtLeast(Capacity, 1, "BatchOptions.Capacity"),
        RetriesSingly = RetriesSingly,
        Cost = Cost,
    };
}

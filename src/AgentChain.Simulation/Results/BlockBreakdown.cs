namespace AgentChain.Simulation;

/// <summary>Tells where the time of one block went, as sums for each turn that reached the block. Immutable.</summary>
public sealed class BlockBreakdown
{
    internal BlockBreakdown()
    {
    }

    /// <summary>Gets the name of the block.</summary>
    public string Block { get; internal init; } = "";

    /// <summary>Gets the number of runs, including those that were terminated or did not finish.</summary>
    public long Runs { get; internal init; }

    /// <summary>Gets the time in the block's queue.</summary>
    public LatencySummary Queue { get; internal init; } = LatencySummary.None;

    /// <summary>Gets the time that the block waited for a device: for a lease, or in the queue of a simulated device.</summary>
    public LatencySummary DeviceWait { get; internal init; } = LatencySummary.None;

    /// <summary>Gets the time that the block ran, without the wait for a device.</summary>
    public LatencySummary Run { get; internal init; } = LatencySummary.None;
}

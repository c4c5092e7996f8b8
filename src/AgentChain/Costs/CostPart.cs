namespace AgentChain.Costs;

/// <summary>Specifies which time of a block's runs a cost is about.</summary>
public enum CostPart
{
    /// <summary>The time to the end of the run. In a stream block, it includes the time that the next block takes its items.</summary>
    Total,

    /// <summary>The time to the first output of a stream block.</summary>
    FirstOutput,

    /// <summary>
    /// The time for which a run had the lane of its device to itself, without the wait for the leases before it. It is learned where a
    /// scheduler has several devices, to choose among them.
    /// </summary>
    OnLane,
}

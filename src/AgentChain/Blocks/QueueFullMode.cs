namespace AgentChain.Blocks;

/// <summary>What a full queue does with the next value.</summary>
public enum QueueFullMode
{
    /// <summary>The block before waits for room; the wait is in the report as queue time.</summary>
    Wait,

    /// <summary>The turn whose value finds no room ends as Rejected.</summary>
    Reject,
}

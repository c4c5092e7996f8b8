namespace AgentChain;

/// <summary>Specifies how a full queue handles the next value.</summary>
/// <remarks>The default, 0, loses nothing: the value waits.</remarks>
public enum QueueFullMode
{
    /// <summary>The upstream block waits for room. The report shows the wait as queue time.</summary>
    Wait,

    /// <summary>The turn of the value ends as Rejected.</summary>
    Reject,
}

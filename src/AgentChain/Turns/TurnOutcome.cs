namespace AgentChain;

/// <summary>Specifies how a turn ended. Every turn has exactly one outcome.</summary>
/// <remarks>There is no unspecified member: an outcome exists only for a turn that has ended, and each turn has exactly one.</remarks>
public enum TurnOutcome
{
    /// <summary>The turn produced all of its output.</summary>
    Completed,

    /// <summary>The host interrupted the turn, or the caller's token was canceled.</summary>
    Interrupted,

    /// <summary>The turn exceeded its deadline, or a block exceeded a budget whose overrun rule cancels the turn.</summary>
    DeadlineExceeded,

    /// <summary>The turn was not admitted: the chain was full or draining, or a full queue on its way rejected it.</summary>
    Rejected,

    /// <summary>A block threw.</summary>
    Failed,
}

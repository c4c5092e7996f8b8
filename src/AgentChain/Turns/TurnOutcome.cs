namespace AgentChain.Turns;

/// <summary>How a turn ended. Every turn ends in exactly one of these.</summary>
public enum TurnOutcome
{
    /// <summary>All its output was made.</summary>
    Completed,

    /// <summary>The host interrupted it, or the caller's token fired.</summary>
    Interrupted,

    /// <summary>Its deadline passed, or a block's budget that cancels ran out.</summary>
    DeadlineExceeded,

    /// <summary>It was not let in: the chain is full or draining, or a full queue on its way rejects.</summary>
    Rejected,

    /// <summary>A block threw.</summary>
    Failed,
}

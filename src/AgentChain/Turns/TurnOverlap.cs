namespace AgentChain.Turns;

/// <summary>What a conversation does with a turn that begins while the one before still runs.</summary>
public enum TurnOverlap
{
    /// <summary>The turn that runs is interrupted: the caller has something else to say.</summary>
    Interrupt,

    /// <summary>The new turn waits for the end of the one that runs.</summary>
    Wait,
}

namespace AgentChain;

/// <summary>Specifies how a conversation handles a turn that starts while the previous one is still running.</summary>
/// <remarks>The default, 0, is what a voice conversation wants: a new turn interrupts the previous one.</remarks>
public enum TurnOverlap
{
    /// <summary>The running turn is interrupted: the user has something else to say.</summary>
    Interrupt,

    /// <summary>The new turn waits until the running turn has ended.</summary>
    Wait,
}

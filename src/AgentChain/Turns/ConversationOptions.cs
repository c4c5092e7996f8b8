namespace AgentChain.Turns;

/// <summary>What a conversation does with a turn that begins while the one before still runs.</summary>
public enum TurnOverlap
{
    /// <summary>The turn that runs is interrupted: the caller has something else to say.</summary>
    Interrupt,

    /// <summary>The new turn waits for the end of the one that runs.</summary>
    Wait,
}

/// <summary>A conversation's options. Read once, when it is opened.</summary>
public sealed class ConversationOptions
{
    /// <summary>Gets or sets what happens to a turn that still runs when the next begins.</summary>
    /// <value><see cref="TurnOverlap.Interrupt"/> by default.</value>
    public TurnOverlap Overlap { get; set; }

    /// <summary>Gets or sets how many exchanges the history holds; the oldest goes first.</summary>
    /// <value>64 by default; at least 0.</value>
    public int HistoryLength { get; set; } = 64;
}

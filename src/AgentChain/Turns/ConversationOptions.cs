namespace AgentChain;

/// <summary>Provides the options of a conversation. They are read once, when the conversation is opened.</summary>
public sealed class ConversationOptions
{
    /// <summary>Gets or sets a value that specifies what happens to a turn that is still running when the next one starts.</summary>
    /// <value><see cref="TurnOverlap.Interrupt"/> by default.</value>
    public TurnOverlap Overlap { get; set; }

    /// <summary>Gets or sets the maximum number of exchanges in the history. The oldest exchange is removed first.</summary>
    /// <value>64 by default; at least 0.</value>
    public int HistoryLength { get; set; } = 64;

    /// <summary>
    /// Gets or sets the time, on the chain's clock, after which an undecided barge-in counts as a false alarm and output continues.
    /// </summary>
    /// <value>
    /// 2 s by default, as in LiveKit Agents (<c>false_interruption_timeout</c>); positive. With <see langword="null"/>, only
    /// <see cref="BargeIn.Commit"/>, <see cref="BargeIn.Resume"/> and the next turn decide.
    /// </value>
    public TimeSpan? FalseAlarmAfter { get; set; } = TimeSpan.FromSeconds(2);
}

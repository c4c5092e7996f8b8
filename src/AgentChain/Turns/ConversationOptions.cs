namespace AgentChain.Turns;

/// <summary>A conversation's options. Read once, when it is opened.</summary>
public sealed class ConversationOptions
{
    /// <summary>Gets or sets what happens to a turn that still runs when the next begins.</summary>
    /// <value><see cref="TurnOverlap.Interrupt"/> by default.</value>
    public TurnOverlap Overlap { get; set; }

    /// <summary>Gets or sets how many exchanges the history holds; the oldest goes first.</summary>
    /// <value>64 by default; at least 0.</value>
    public int HistoryLength { get; set; } = 64;

    /// <summary>
    /// Gets or sets after what time a barge-in that nobody decided counts as a false alarm, and output goes on; on the chain's clock.
    /// </summary>
    /// <value>
    /// 2 s by default, as in LiveKit Agents (<c>false_interruption_timeout</c>); positive. <see langword="null"/> leaves it to
    /// <see cref="BargeIn.Commit"/>, <see cref="BargeIn.Resume"/> and the next turn.
    /// </value>
    public TimeSpan? FalseAlarmAfter { get; set; } = TimeSpan.FromSeconds(2);
}

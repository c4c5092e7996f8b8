namespace AgentChain.Remote;

/// <summary>Specifies how a <see cref="ChatServerBlock"/> uses its servers. Immutable.</summary>
public sealed record ChatServerBlockOptions
{
    /// <summary>Gets when the block turns to another server because one failed or shed.</summary>
    /// <value>The default is <see cref="ServerFailover.BeforeText"/>.</value>
    public ServerFailover Failover { get; init; }

    /// <summary>
    /// Gets the time within which a server must send its first event, counted from when the request is sent. An event without text, such as
    /// one with the role, counts too; <see cref="Stall"/> is the limit from then on.
    /// </summary>
    /// <value>More than zero, or <see langword="null"/>, the default, for no limit but the block's budget.</value>
    public TimeSpan? FirstText { get; init; }

    /// <summary>
    /// Gets the longest time between two events of an answer, after which its server counts as gone. Comments that keep the connection open
    /// do not count.
    /// </summary>
    /// <value>More than zero, or <see langword="null"/>, the default, for no limit but the block's budget.</value>
    public TimeSpan? Stall { get; init; }

    /// <summary>Gets the number of conversations whose server is remembered. The one that was asked least recently is forgotten first.</summary>
    /// <value>At least 1. The default is 10,000.</value>
    public int MaxConversations { get; init; } = 10_000;

    internal ChatServerBlockOptions Check()
    {
        OptionCheck.Defined(Failover, "ChatServerBlockOptions.Failover");
        OptionCheck.Positive(FirstText, "ChatServerBlockOptions.FirstText");
        OptionCheck.Positive(Stall, "ChatServerBlockOptions.Stall");
        OptionCheck.AtLeast(MaxConversations, 1, "ChatServerBlockOptions.MaxConversations");
        return this with { FirstText = Limit(FirstText), Stall = Limit(Stall) };

        static TimeSpan? Limit(TimeSpan? time) => time is { } given ? TimerLimit.Of(given) : null;
    }
}

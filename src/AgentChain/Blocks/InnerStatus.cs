namespace AgentChain;

/// <summary>Specifies how an <see cref="InnerWork"/> ended.</summary>
public enum InnerStatus
{
    /// <summary>The work completed.</summary>
    Completed,

    /// <summary>The work failed, for example because it threw.</summary>
    Failed,

    /// <summary>The work exceeded its time limit.</summary>
    TimedOut,

    /// <summary>The work was canceled because its result is no longer needed.</summary>
    Canceled,
}

namespace AgentChain;

/// <summary>Specifies the limit of a <see cref="LatencyBudget"/> that was exceeded.</summary>
public enum BudgetLimit
{
    /// <summary>No limit was exceeded.</summary>
    None,

    /// <summary>The time to the first output.</summary>
    FirstOutput,

    /// <summary>The time to the last output.</summary>
    Total,

    /// <summary>The time between two outputs.</summary>
    Stall,

    /// <summary>A limit of the block's own, which it reported with a <see cref="BlockOverrunException"/>.</summary>
    Own,
}

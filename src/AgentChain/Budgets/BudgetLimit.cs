namespace AgentChain.Budgets;

/// <summary>The part of a <see cref="LatencyBudget"/> that ran out.</summary>
public enum BudgetLimit
{
    /// <summary>Nothing ran out.</summary>
    None,

    /// <summary>The time to the first output.</summary>
    FirstOutput,

    /// <summary>The time to the last output.</summary>
    Total,

    /// <summary>The time between two outputs.</summary>
    Stall,
}

namespace AgentChain.Engine.Turns;

/// <summary>The warnings of a budget that are still to come.</summary>
[Flags]
enum BudgetWarnings : byte
{
    None = 0,
    FirstOutput = 1,
    Total = 2,
}

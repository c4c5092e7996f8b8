namespace AgentChain.Costs;

/// <summary>Represents a block in a <see cref="BudgetPlan"/>.</summary>
/// <param name="Block">The name of the block.</param>
/// <param name="Device">The device of its cost; empty for none.</param>
/// <param name="Median">The time that half of its runs take at most.</param>
/// <param name="P99">The time that 99 % of its runs take at most.</param>
/// <param name="Budget">Its budget; <see langword="null"/> if it has none.</param>
/// <param name="IsDeclared">Whether the host set the budget; otherwise, it is a share of the chain's.</param>
public sealed record BudgetRow(string Block, string Device, TimeSpan Median, TimeSpan P99, TimeSpan? Budget, bool IsDeclared);

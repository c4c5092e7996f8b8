namespace AgentChain.Costs;

/// <summary>Represents what a work inside a block takes on a device, in a <see cref="BudgetPlan"/>.</summary>
/// <param name="Work">The name of the work, such as <c>answer/prefill</c>.</param>
/// <param name="Device">The device.</param>
/// <param name="Runs">The number of works that were learned from.</param>
/// <param name="Median">The time that half of them have the lane of the device to themselves at most.</param>
/// <param name="P99">The time that 99 % of them have it at most.</param>
public sealed record WorkTime(string Work, string Device, long Runs, TimeSpan Median, TimeSpan P99);

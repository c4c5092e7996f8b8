namespace AgentChain.Simulation;

/// <summary>Represents an item that a scripted user heard.</summary>
/// <typeparam name="T">The type of the chain's output.</typeparam>
/// <param name="At">The time at which the user heard the item, counted from the start of the script.</param>
/// <param name="Item">The item.</param>
public readonly record struct HeardItem<T>(TimeSpan At, T Item);

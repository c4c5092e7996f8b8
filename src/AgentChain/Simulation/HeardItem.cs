using AgentChain.Turns;

namespace AgentChain.Simulation;

/// <summary>Something a scripted user heard.</summary>
/// <typeparam name="T">What the chain makes.</typeparam>
/// <param name="At">When, counted from the start of the script.</param>
/// <param name="Item">What.</param>
public readonly record struct HeardItem<T>(TimeSpan At, T Item);

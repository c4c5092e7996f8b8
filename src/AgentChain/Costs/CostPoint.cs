namespace AgentChain.Costs;

/// <summary>Represents a measured time for a number of tokens.</summary>
/// <param name="Tokens">The number of tokens; not negative.</param>
/// <param name="Time">The time; not negative.</param>
public readonly record struct CostPoint(double Tokens, TimeSpan Time);

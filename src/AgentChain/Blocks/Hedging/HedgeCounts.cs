namespace AgentChain.Blocks.Hedging;

/// <summary>Represents what a hedged block has done.</summary>
/// <param name="Calls">The number of calls.</param>
/// <param name="Hedges">The number of second attempts.</param>
/// <param name="Wins">The number of second attempts that answered first.</param>
public readonly record struct HedgeCounts(long Calls, long Hedges, long Wins);

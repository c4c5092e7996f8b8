namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>What a host has read of a turn's output.</summary>
/// <param name="Items">The items.</param>
/// <param name="IsWhole">Whether it has read to the end, which nobody cut short.</param>
/// <param name="MayInterrupt">Whether the way it read may have interrupted the turn.</param>
/// <param name="Error">What the enumeration has thrown at its end.</param>
sealed record Reading(IReadOnlyList<long> Items, bool IsWhole, bool MayInterrupt, Exception? Error);

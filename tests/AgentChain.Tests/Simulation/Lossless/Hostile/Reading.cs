namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>The part of a turn's output that a host has read.</summary>
/// <param name="Items">The items.</param>
/// <param name="IsWhole">Whether it has read to the end, which was not cut short.</param>
/// <param name="MayInterrupt">Whether the way it read may have interrupted the turn.</param>
/// <param name="Error">The exception that the enumeration threw at its end.</param>
sealed record Reading(IReadOnlyList<long> Items, bool IsWhole, bool MayInterrupt, Exception? Error);

namespace AgentChain.Extensions.AI;

/// <summary>A source of early calls.</summary>
/// <param name="Propose">Returns the likely calls.</param>
/// <param name="IsTable">
/// Whether it is a learned table. A table is asked in place: what it proposes is known before the model can answer, so that it learns from
/// each answer. A source of the host is asked on a task of its own, because it can block.
/// </param>
readonly record struct EarlySource(Func<EarlyMoment, CancellationToken, IAsyncEnumerable<EarlyCall>> Propose, bool IsTable = false);

using System.Diagnostics;

namespace AgentChain;

/// <summary>Represents how soon a block ended after the end of its turn.</summary>
/// <param name="Block">The name of the block.</param>
/// <param name="Elapsed">The time from the turn's outcome until the block's last run ended or was detached.</param>
/// <param name="Detached">
/// <see langword="true"/> if a run did not observe its cancellation token within the grace period and was detached. It may still be
/// running.
/// </param>
public readonly record struct BlockQuiescence(string Block, TimeSpan Elapsed, bool Detached);

using System.Diagnostics;

namespace AgentChain;

/// <summary>Represents how soon a block ended after the end of its turn.</summary>
public readonly record struct BlockQuiescence
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="block">The name of the block.</param>
    /// <param name="elapsed">The time from the turn's outcome until the block's last run ended or was detached.</param>
    /// <param name="detached">
    /// <see langword="true"/> if a run did not observe its cancellation token within the grace period and was detached. It may still be
    /// running.
    /// </param>
    public BlockQuiescence(string block, TimeSpan elapsed, bool detached) =>
        (Block, Elapsed, Detached) = (block, elapsed, detached);

    /// <summary>Gets the name of the block.</summary>
    public string Block { get; init; }

    /// <summary>Gets the time from the turn's outcome until the block's last run ended or was detached.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>
    /// Gets a value that indicates whether a run did not observe its cancellation token within the grace period and was detached. It may
    /// still be running.
    /// </summary>
    public bool Detached { get; init; }
}

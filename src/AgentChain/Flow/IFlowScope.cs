namespace AgentChain.Flow;

/// <summary>
/// Something around a stretch of a turn's work that can end before the turn does: a sub-chain whose fallback took its place, a
/// hypothesis that was revised, a speculation. Hops hand it on to the hops they cause.
/// </summary>
interface WorkScope
{
    /// <summary>Whether nothing that comes of what is inside is wanted any more.</summary>
    bool IsGone { get; }

    /// <summary>Whether what is inside may still turn out to be wrong.</summary>
    bool IsUncommitted { get; }

    /// <summary>Fires when nothing that comes of what is inside is wanted any more.</summary>
    CancellationToken InnerToken { get; }

    /// <summary>When what is inside must be done.</summary>
    long DueAt { get; }

    /// <summary>The hypothesis that what is inside rests on; null when it is certain.</summary>
    Speculative.HypothesisScope? HypothesisScope { get; }

    /// <summary>Takes an error of a run inside, as long as the run is uncommitted.</summary>
    /// <returns>
    /// Whether the scope took the error. False when what is inside has become certain: the error is the turn's then. The scope
    /// decides under the lock under which it commits, so an error is never lost between the two.
    /// </returns>
    bool TryFault(Exception error);
}

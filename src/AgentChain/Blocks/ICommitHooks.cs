namespace AgentChain;

/// <summary>Notifies a stateful block of the result of each of its runs. Only called in chains that speculate on the block.</summary>
/// <remarks>
/// Exactly one of the two methods is called for each run, with the run's <see cref="BlockContext.RunNumber"/>:
/// <see cref="OnCommittedAsync"/> before any downstream block sees a final value of the run, <see cref="OnTerminatedAsync"/> some time
/// after the run was terminated. In a turn of a warm-up, <see cref="OnTerminatedAsync"/> is
/// called for every run. A hook that throws or exceeds <c>SpeculationOptions.HookTimeout</c> ends its turn as Failed, with an
/// error that names the block. If <see cref="BlockContext.RunNumber"/> is 0, the chain does not speculate on the block, and no hook is
/// called.
/// </remarks>
public interface ICommitHooks
{
    /// <summary>
    /// Called when the run is committed: its input is final. Also called for a committed run whose fallback took its place, because the
    /// input was right; its output is not used then.
    /// </summary>
    /// <param name="context">The context of the turn and the run.</param>
    /// <param name="cancellationToken">The token that is canceled when the turn ends.</param>
    /// <returns>A task that completes when the output can continue downstream.</returns>
    ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken);

    /// <summary>Called when the run is terminated. Undo its changes here.</summary>
    /// <param name="context">The context of the turn and the run.</param>
    /// <param name="cancellationToken">The token that is canceled when the hook times out.</param>
    /// <returns>A task that completes when the changes are undone.</returns>
    ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken);
}

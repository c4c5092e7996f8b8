namespace AgentChain.Blocks;

/// <summary>A block that keeps state, and is told what becomes of each of its runs. Only called in chains that speculate on the block.</summary>
/// <remarks>
/// For each run exactly one of the two is called, with the run's <see cref="BlockContext.Run"/>: <see cref="OnCommittedAsync"/> before
/// anything behind the block sees a certain value of it, <see cref="OnTerminatedAsync"/> some time after the run was given up. A hook
/// that throws, or has not returned after <c>SpeculationOptions.HookTimeout</c>, ends its turn as Failed and names the block.
/// </remarks>
public interface ICommitHooks
{
    /// <summary>The run stands: its input is certain.</summary>
    /// <param name="context">The turn and the run.</param>
    /// <param name="cancellationToken">Fires when the turn is over.</param>
    /// <returns>A task for whatever is to be done before the output goes on.</returns>
    ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken);

    /// <summary>The run was in vain; undo what it did.</summary>
    /// <param name="context">The turn and the run.</param>
    /// <param name="cancellationToken">Fires when the hook's time is up.</param>
    /// <returns>A task for the undoing.</returns>
    ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken);
}

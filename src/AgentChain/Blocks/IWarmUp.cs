namespace AgentChain;

/// <summary>Represents a block that needs a warm-up, such as loading models, filling caches, or doing a first run.</summary>
public interface IWarmUp
{
    /// <summary>
    /// Warms up the block. <c>Chain.WarmUpAsync</c> calls it, usually before the first turn, possibly in parallel with other blocks. With
    /// <see cref="ChainOptions.KeepWarm"/>, it is called again while the block is idle, and canceled when there is other work, so it can overlap
    /// with runs of the block, but not with another such call on the same device.
    /// </summary>
    /// <param name="context">The context, with the device that the block will use if it requests one.</param>
    /// <param name="cancellationToken">The token that cancels the warm-up.</param>
    /// <returns>A task that represents the warm-up.</returns>
    ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken);
}

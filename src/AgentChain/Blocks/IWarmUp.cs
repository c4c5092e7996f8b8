namespace AgentChain.Blocks;

/// <summary>A block that has something to warm up: models to load, caches to fill, first runs to make.</summary>
public interface IWarmUp
{
    /// <summary>Warms up; called once by <c>Chain.WarmUpAsync</c> before the first turn, possibly beside other blocks.</summary>
    /// <param name="context">The device the block will use, if it asks for one.</param>
    /// <param name="cancellationToken">Ends the warm-up.</param>
    /// <returns>A task for the warm-up.</returns>
    ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken);
}

namespace AgentChain.Blocks;

/// <summary>A synchronous block that was given a queue, a budget or a device, and so runs like any other.</summary>
sealed class QueuedSyncBlock<TIn, TOut>(ISyncBlock<TIn, TOut> block) : IBlock<TIn, TOut>
{
    public ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        new(block.Invoke(input, context));
}

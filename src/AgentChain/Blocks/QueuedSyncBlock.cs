namespace AgentChain.Blocks;

/// <summary>A synchronous block that has a queue, a budget or a device, and therefore runs like an asynchronous block.</summary>
sealed class QueuedSyncBlock<TIn, TOut>(ISyncBlock<TIn, TOut> block) : IBlock<TIn, TOut>
{
    public ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        new(block.Invoke(input, context));
}

using AgentChain.Blocks;

namespace AgentChain.Building;

/// <summary>A synchronous lambda as a block.</summary>
sealed class SyncLambda<TIn, TOut>(Func<TIn, BlockContext, TOut> invoke) : ISyncBlock<TIn, TOut>
{
    public TOut Invoke(TIn input, BlockContext context) => invoke(input, context);
}

/// <summary>An asynchronous lambda as a block.</summary>
sealed class AsyncLambda<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, ValueTask<TOut>> invoke) : IBlock<TIn, TOut>
{
    public ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        invoke(input, context, cancellationToken);
}

/// <summary>A streaming lambda as a block.</summary>
sealed class StreamLambda<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, IAsyncEnumerable<TOut>> invoke) : IStreamBlock<TIn, TOut>
{
    public IAsyncEnumerable<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        invoke(input, context, cancellationToken);
}

/// <summary>A synchronous block that was given a queue, a budget or a device, and so runs like any other.</summary>
sealed class QueuedSyncBlock<TIn, TOut>(ISyncBlock<TIn, TOut> block) : IBlock<TIn, TOut>
{
    public ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        new(block.Invoke(input, context));
}

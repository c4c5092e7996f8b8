namespace AgentChain.Blocks;

/// <summary>A block that wraps an asynchronous lambda.</summary>
sealed class AsyncLambda<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, ValueTask<TOut>> invoke) : IBlock<TIn, TOut>
{
    public ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        invoke(input, context, cancellationToken);
}

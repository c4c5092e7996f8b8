namespace AgentChain.Blocks;

/// <summary>A block that wraps a streaming lambda.</summary>
sealed class StreamLambda<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, IAsyncEnumerable<TOut>> invoke) : IStreamBlock<TIn, TOut>
{
    public IAsyncEnumerable<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        invoke(input, context, cancellationToken);
}

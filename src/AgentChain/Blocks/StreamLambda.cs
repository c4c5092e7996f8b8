namespace AgentChain.Blocks;

/// <summary>A streaming lambda as a block.</summary>
sealed class StreamLambda<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, IAsyncEnumerable<TOut>> invoke) : IStreamBlock<TIn, TOut>
{
    public IAsyncEnumerable<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        invoke(input, context, cancellationToken);
}

namespace AgentChain.Blocks;

/// <summary>A lambda that publishes hypotheses as a block.</summary>
sealed class RevisingLambda<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, IAsyncEnumerable<Hypothesis<TOut>>> invoke) : IRevisingBlock<TIn, TOut>
{
    public IAsyncEnumerable<Hypothesis<TOut>> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        invoke(input, context, cancellationToken);
}

namespace AgentChain.Blocks;

/// <summary>A block that wraps a lambda that publishes hypotheses.</summary>
sealed class RevisingLambda<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, IAsyncEnumerable<Hypothesis<TOut>>> invoke)
    : IRevisingBlock<TIn, TOut>
{
    public IAsyncEnumerable<Hypothesis<TOut>> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        invoke(input, context, cancellationToken);
}

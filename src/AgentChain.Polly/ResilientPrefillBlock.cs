namespace AgentChain.Polly;

/// <summary>A block inside a pipeline that can prefill. A prefill that fails costs nothing but itself, so it needs no pipeline.</summary>
sealed class ResilientPrefillBlock<TIn, TOut>(IBlock<TIn, TOut> block, IPrefill<TIn> prefill, ExecuteAttempts<TIn, TOut> execute)
    : ResilientBlock<TIn, TOut>(block, execute), IPrefill<TIn>
{
    public ValueTask PrefillAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        prefill.PrefillAsync(input, context, cancellationToken);
}

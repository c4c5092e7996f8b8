namespace AgentChain.Blocks;

/// <summary>A block that wraps a synchronous lambda.</summary>
sealed class SyncLambda<TIn, TOut>(Func<TIn, BlockContext, TOut> invoke) : ISyncBlock<TIn, TOut>
{
    public TOut Invoke(TIn input, BlockContext context) => invoke(input, context);
}

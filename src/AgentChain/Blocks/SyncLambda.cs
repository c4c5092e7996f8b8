namespace AgentChain.Blocks;

/// <summary>A synchronous lambda as a block.</summary>
sealed class SyncLambda<TIn, TOut>(Func<TIn, BlockContext, TOut> invoke) : ISyncBlock<TIn, TOut>
{
    public TOut Invoke(TIn input, BlockContext context) => invoke(input, context);
}

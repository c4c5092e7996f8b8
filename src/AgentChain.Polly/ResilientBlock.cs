using AgentChain.Devices;
using Polly;

namespace AgentChain.Polly;

/// <summary>A block inside a pipeline.</summary>
class ResilientBlock<TIn, TOut>(IBlock<TIn, TOut> block, ExecuteAttempts<TIn, TOut> execute) : IBlock<TIn, TOut>, IWarmUp, INeedsDevice
{
    public ComputeDevice? Device => (block as INeedsDevice)?.Device;

    public async ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken)
    {
        var run = new ValueAttempts<TIn, TOut>(block, input, context, cancellationToken);

        // On the captured context: the turn must resume on its chain's scheduler.
        ResilienceContext polly = ResilienceContextPool.Shared.Get(context.BlockName, continueOnCapturedContext: true, cancellationToken);
        polly.Properties.Set(ResilienceExtensions.BlockContextKey, context);
        try
        {
            return await execute(static (polly, run) => run.AttemptAsync(polly.CancellationToken), polly, run);
        }
        finally
        {
            await run.WhenNoneAsync();
            ResilienceContextPool.Shared.Return(polly);
        }
    }

    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        block is IWarmUp warm ? warm.WarmUpAsync(context, cancellationToken) : default;

    public override string ToString() => $"{block} with resilience";
}

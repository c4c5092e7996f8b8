using System.Runtime.CompilerServices;
using AgentChain.Devices;
using Polly;

namespace AgentChain.Polly;

/// <summary>
/// A streaming block whose stream is opened inside a pipeline.
/// <code>
/// attempt 1   open ... error          1. the pipeline repeats what happens before the first item
/// attempt 2   open ... item           2. the first item ends the pipeline's part
///                        item item    3. items and errors pass as they come
/// </code>
/// </summary>
class ResilientStreamBlock<TIn, TOut>(IStreamBlock<TIn, TOut> block, ResiliencePipeline pipeline)
    : IStreamBlock<TIn, TOut>, IWarmUp, INeedsDevice
{
    public ComputeDevice? Device => (block as INeedsDevice)?.Device;

    public async IAsyncEnumerable<TOut> InvokeAsync(
        TIn input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var run = new StreamAttempts<TIn, TOut>(block, input, context, cancellationToken);
        try
        {
            // 1. and 2.
            OpenedStream<TOut> opened = await OpenAsync(run, context, cancellationToken);

            // 3.
            if (opened.HasItem)
            {
                do
                {
                    yield return opened.Items!.Current;
                }
                while (await opened.Items.MoveNextAsync());
            }
        }
        finally
        {
            await run.DisposeAllAsync();
        }
    }

    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        block is IWarmUp warm ? warm.WarmUpAsync(context, cancellationToken) : default;

    public override string ToString() => $"{block} with resilience";

    async ValueTask<OpenedStream<TOut>> OpenAsync(StreamAttempts<TIn, TOut> run, BlockContext context, CancellationToken cancellationToken)
    {
        // On the captured context: the turn must resume on its chain's scheduler.
        ResilienceContext polly = ResilienceContextPool.Shared.Get(context.BlockName, continueOnCapturedContext: true, cancellationToken);
        polly.Properties.Set(ResilienceExtensions.BlockContextKey, context);
        OpenedStream<TOut>? opened =
            await pipeline.ExecuteAsync(static (polly, run) => run.AttemptAsync(polly.CancellationToken), polly, run);

        // Not in a finally block: after a failure, an attempt that lost may still use the context, so it is left to the collector.
        ResilienceContextPool.Shared.Return(polly);
        return opened ?? throw new InvalidOperationException(
            $"The resilience pipeline of the block '{context.BlockName}' returned null instead of the stream that it was given. Return the outcome of the attempt.");
    }
}

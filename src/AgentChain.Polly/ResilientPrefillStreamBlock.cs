using Polly;

namespace AgentChain.Polly;

/// <summary>A streaming block inside a pipeline that can prefill. A prefill that fails costs nothing but itself.</summary>
sealed class ResilientPrefillStreamBlock<TIn, TOut>(IStreamBlock<TIn, TOut> block, IPrefill<TIn> prefill, ResiliencePipeline pipeline)
    : ResilientStreamBlock<TIn, TOut>(block, pipeline), IPrefill<TIn>
{
    public ValueTask PrefillAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        prefill.PrefillAsync(input, context, cancellationToken);
}

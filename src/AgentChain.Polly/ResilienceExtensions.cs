using Polly;

namespace AgentChain.Polly;

/// <summary>Adds Polly's resilience pipelines to blocks.</summary>
public static class ResilienceExtensions
{
    /// <summary>
    /// Gets the key under which <see cref="ResilienceContext.Properties"/> holds the <see cref="BlockContext"/> of the run. A strategy's
    /// callbacks read the turn and its remaining time from it, for example to give up a retry that would come too late.
    /// </summary>
    public static ResiliencePropertyKey<BlockContext> BlockContextKey { get; } = new("AgentChain.BlockContext");

    /// <summary>Runs a block inside a resilience pipeline: <c>.Then("search", search.WithResilience(pipeline))</c>.</summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="block">The block. Each attempt calls it once, with the same input and context.</param>
    /// <param name="pipeline">The pipeline; it may serve many blocks and turns.</param>
    /// <returns>The block inside the pipeline. As thread-safe as the block.</returns>
    /// <remarks>
    /// <para>
    /// The run's token reaches the pipeline, and the token of an attempt reaches the block. Once the turn has ended or the block's budget
    /// has run out, no attempt begins. The run ends when its last attempt has: a strategy such as hedging cancels the attempts that lost,
    /// and the run waits until they have observed their token, because they use its device and its context.
    /// </para>
    /// <para>
    /// The block's budget covers all attempts and the waits between them. The pipeline waits by its own
    /// <see cref="ResiliencePipelineBuilderBase.TimeProvider"/>: build it with the one of the chain if that is not the system's, such as in
    /// virtual time. Polly's hedging leaves the scheduler of its caller, so it cannot be simulated in virtual time.
    /// </para>
    /// <para>
    /// An attempt can be repeated, so the block must be pure or idempotent. What the pipeline throws, such as Polly's
    /// <c>TimeoutRejectedException</c>, is the inner exception of the turn's <see cref="BlockFailedException"/>. Polly's operation key is
    /// the block's name. The block's warm-up and its prefills run outside of the pipeline.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">
    /// The block has commit hooks (<see cref="ICommitHooks"/>): it keeps state for each run, and a run would have several attempts.
    /// </exception>
    public static IBlock<TIn, TOut> WithResilience<TIn, TOut>(this IBlock<TIn, TOut> block, ResiliencePipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return Wrap(block, pipeline.ExecuteAsync);
    }

    /// <summary>Runs a block inside a resilience pipeline whose strategies can also react to the block's output.</summary>
    /// <inheritdoc cref="WithResilience{TIn,TOut}(IBlock{TIn,TOut},ResiliencePipeline)"/>
    public static IBlock<TIn, TOut> WithResilience<TIn, TOut>(this IBlock<TIn, TOut> block, ResiliencePipeline<TOut> pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return Wrap(block, pipeline.ExecuteAsync);
    }

    /// <summary>
    /// Opens a block's stream inside a resilience pipeline: <c>.Stream("respond", client.AsBlock().WithResilience(pipeline))</c>.
    /// </summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the output items.</typeparam>
    /// <param name="block">The block. Each attempt opens one stream.</param>
    /// <param name="pipeline">The pipeline; it may serve many blocks and turns.</param>
    /// <returns>The block inside the pipeline. As thread-safe as the block.</returns>
    /// <remarks>
    /// <para>
    /// An attempt ends with its first item, or with the end of an empty stream. From then on the pipeline has no part in the stream: items
    /// pass as they come, a time-out of the pipeline no longer applies, and an error ends the turn, because items that were passed on
    /// cannot be taken back. Limit the rest of the stream with the block's budget.
    /// </para>
    /// <inheritdoc cref="WithResilience{TIn,TOut}(IBlock{TIn,TOut},ResiliencePipeline)" path="/remarks/node()"/>
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">
    /// The block has commit hooks (<see cref="ICommitHooks"/>): it keeps state for each run, and a run would have several attempts.
    /// </exception>
    public static IStreamBlock<TIn, TOut> WithResilience<TIn, TOut>(this IStreamBlock<TIn, TOut> block, ResiliencePipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        RequireStateless(block);
        return block is IPrefill<TIn> prefill
            ? new ResilientPrefillStreamBlock<TIn, TOut>(block, prefill, pipeline)
            : new ResilientStreamBlock<TIn, TOut>(block, pipeline);
    }

    static IBlock<TIn, TOut> Wrap<TIn, TOut>(IBlock<TIn, TOut> block, ExecuteAttempts<TIn, TOut> execute)
    {
        RequireStateless(block);
        return block is IPrefill<TIn> prefill
            ? new ResilientPrefillBlock<TIn, TOut>(block, prefill, execute)
            : new ResilientBlock<TIn, TOut>(block, execute);
    }

    static void RequireStateless(object block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (block is ICommitHooks)
        {
            throw new ArgumentException(
                $"{block.GetType().Name} has commit hooks: it keeps state for each run, and a run inside a pipeline can have several attempts. Use the pipeline inside the block, around the calls that can fail.",
                nameof(block));
        }
    }
}

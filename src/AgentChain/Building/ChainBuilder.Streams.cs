using AgentChain.Blocks;

namespace AgentChain.Building;

public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>Runs a step that returns a stream, whose items flow on while it still runs.</summary>
    /// <typeparam name="TNext">The items it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step. Its token fires when the turn is over or the step's budget runs out.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The chain, now a stream.</returns>
    public StreamChainBuilder<TIn, TNext> Stream<TNext>(
        string name, Func<TOut, CancellationToken, IAsyncEnumerable<TNext>> invoke, Action<StreamOptions<TOut, TNext>>? configure = null) =>
        Stream(name, Lambdas.OfStream(invoke), configure);

    /// <summary>Runs a step that returns a stream that looks at its turn.</summary>
    /// <typeparam name="TNext">The items it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step, given the value, the turn and a token. Its token fires when the turn is over or the step's budget runs out.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The chain, now a stream.</returns>
    public StreamChainBuilder<TIn, TNext> Stream<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<TNext>> invoke, Action<StreamOptions<TOut, TNext>>? configure = null) =>
        Stream(name, Lambdas.OfStream(invoke), configure);

    /// <summary>Runs a step that publishes hypotheses; the blocks downstream wait for its final value, except those that <c>Speculate</c>.</summary>
    /// <typeparam name="TNext">What it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step; it returns hypotheses, then exactly one final value. Its token fires when the turn is over or the step's budget runs out.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Revise<TNext>(
        string name, Func<TOut, CancellationToken, IAsyncEnumerable<Hypothesis<TNext>>> invoke, Action<ReviseOptions<TOut, TNext>>? configure = null) =>
        Revise(name, Lambdas.OfRevising(invoke), configure);

    /// <summary>Runs a step that publishes hypotheses; the blocks downstream wait for its final value, except those that <c>Speculate</c>.</summary>
    /// <typeparam name="TNext">What it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step, given the value, the turn and a token; it returns hypotheses, then exactly one final value. Its token fires when the turn is over or the step's budget runs out.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Revise<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<Hypothesis<TNext>>> invoke, Action<ReviseOptions<TOut, TNext>>? configure = null) =>
        Revise(name, Lambdas.OfRevising(invoke), configure);
}

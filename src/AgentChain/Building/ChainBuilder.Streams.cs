using AgentChain.Blocks;

namespace AgentChain;

public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>Runs a step that returns a stream, whose items flow downstream while the step still runs.</summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">The step. Its token is canceled when the turn ends or the step's budget runs out.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain, whose output is now a stream.</returns>
    public StreamChainBuilder<TIn, TNext> Stream<TNext>(
        string name, Func<TOut, CancellationToken, IAsyncEnumerable<TNext>> invoke, Action<StreamSetup<TOut, TNext>>? configure = null) =>
        Stream(name, Lambdas.OfStream(invoke), configure);

    /// <summary>Runs a step that receives its turn's context and returns a stream.</summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">
    /// The step, given the value, the turn and a token. The token is canceled when the turn ends or the step's budget runs out.
    /// </param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain, whose output is now a stream.</returns>
    public StreamChainBuilder<TIn, TNext> Stream<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<TNext>> invoke,
        Action<StreamSetup<TOut, TNext>>? configure = null) =>
        Stream(name, Lambdas.OfStream(invoke), configure);

    /// <summary>
    /// Runs a step that publishes hypotheses. Downstream blocks wait for its final value, except those that <c>Speculate</c>.
    /// </summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">
    /// The step, which returns hypotheses and then exactly one final value. Its token is canceled when the turn ends or the step's budget
    /// runs out.
    /// </param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Revise<TNext>(
        string name, Func<TOut, CancellationToken, IAsyncEnumerable<Hypothesis<TNext>>> invoke,
        Action<ReviseSetup<TOut, TNext>>? configure = null) =>
        Revise(name, Lambdas.OfRevising(invoke), configure);

    /// <summary>
    /// Runs a step that publishes hypotheses. Downstream blocks wait for its final value, except those that <c>Speculate</c>.
    /// </summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">
    /// The step, given the value, the turn and a token. It returns hypotheses and then exactly one final value. The token is canceled when
    /// the turn ends or the step's budget runs out.
    /// </param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Revise<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<Hypothesis<TNext>>> invoke,
        Action<ReviseSetup<TOut, TNext>>? configure = null) =>
        Revise(name, Lambdas.OfRevising(invoke), configure);
}

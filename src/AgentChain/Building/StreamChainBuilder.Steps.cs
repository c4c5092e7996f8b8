using System.Runtime.CompilerServices;
using AgentChain.Blocks;

namespace AgentChain;

// The priorities choose among the overloads that fit a lambda: an async lambda becomes a ValueTask, not a Task (which would be ambiguous),
// and a lambda or method group that returns a Task is an asynchronous step, not a synchronous one that returns tasks.
public sealed partial class StreamChainBuilder<TIn, TOut>
{
    /// <summary>
    /// Runs a cheap synchronous step for each item, in order. It runs in place, fused with its neighbors, unless an option (a budget, a
    /// device, a capacity) requires a queue.
    /// </summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">The step. Its budget restarts for each item.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, TNext> invoke, Action<StreamSetup<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.Of(invoke), configure);

    /// <summary>
    /// Runs a cheap synchronous step that receives its turn's context for each item, in order. It runs in place, fused with its neighbors,
    /// unless an option (a budget, a device, a capacity) requires a queue.
    /// </summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">The step, given the value and the turn. Its budget restarts for each item.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(-1)]
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, BlockContext, TNext> invoke, Action<StreamSetup<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step for each item, in order.</summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">
    /// The step. Its token is canceled when the turn ends or the step's budget runs out. The budget restarts for each item.
    /// </param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(2)]
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, CancellationToken, ValueTask<TNext>> invoke, Action<StreamSetup<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step for each item, in order.</summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">
    /// The step. Its token is canceled when the turn ends or the step's budget runs out. The budget restarts for each item.
    /// </param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(1)]
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, CancellationToken, Task<TNext>> invoke, Action<StreamSetup<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.OfTask(invoke), configure);

    /// <summary>Runs an asynchronous step that receives its turn's context for each item, in order.</summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">
    /// The step, given the value, the turn and a token. Its token is canceled when the turn ends or the step's budget runs out. The budget
    /// restarts for each item.
    /// </param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(2)]
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, ValueTask<TNext>> invoke,
        Action<StreamSetup<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step that receives its turn's context for each item, in order.</summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">
    /// The step, given the value, the turn and a token. Its token is canceled when the turn ends or the step's budget runs out. The budget
    /// restarts for each item.
    /// </param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(1)]
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, Task<TNext>> invoke, Action<StreamSetup<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.OfTask(invoke), configure);

    /// <summary>Runs a step that returns a stream for each item, in order.</summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">
    /// The step. Its token is canceled when the turn ends or the step's budget runs out. The budget restarts for each item.
    /// </param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public StreamChainBuilder<TIn, TNext> StreamEach<TNext>(
        string name, Func<TOut, CancellationToken, IAsyncEnumerable<TNext>> invoke, Action<StreamSetup<TOut, TNext>>? configure = null) =>
        StreamEach(name, Lambdas.OfStream(invoke), configure);

    /// <summary>Runs a step that receives its turn's context and returns a stream for each item, in order.</summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">
    /// The step, given the value, the turn and a token. Its token is canceled when the turn ends or the step's budget runs out. The budget
    /// restarts for each item.
    /// </param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public StreamChainBuilder<TIn, TNext> StreamEach<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<TNext>> invoke,
        Action<StreamSetup<TOut, TNext>>? configure = null) =>
        StreamEach(name, Lambdas.OfStream(invoke), configure);

    /// <summary>
    /// Observes each item as it passes, when it is final. The callback must be quick; an exception ends the turn as Failed.
    /// </summary>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="look">A callback that receives each item.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(1)]
    public StreamChainBuilder<TIn, TOut> TapEach(string name, Action<TOut> look)
    {
        ArgumentNullException.ThrowIfNull(look);
        OptionCheck.NotAsyncVoid(look, nameof(look));
        return TapEach(name, (value, _) => look(value));
    }

    /// <summary>
    /// Observes each item as it passes, when it is final. The callback must be quick; an exception ends the turn as Failed.
    /// </summary>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="look">A callback that receives each item and the turn.</param>
    /// <returns>A builder for the extended chain.</returns>
    public StreamChainBuilder<TIn, TOut> TapEach(string name, Action<TOut, BlockContext> look)
    {
        ArgumentNullException.ThrowIfNull(look);
        OptionCheck.NotAsyncVoid(look, nameof(look));
        return ThenEach(name, new SyncLambda<TOut, TOut>((value, context) =>
        {
            if (!context.IsSpeculative)
            {
                look(value, context);
            }

            return value;
        }));
    }
}

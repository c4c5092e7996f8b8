using System.Runtime.CompilerServices;
using AgentChain.Blocks;

namespace AgentChain;

// The priorities choose among the overloads that fit a lambda: an async lambda becomes a ValueTask, not a Task (which would be ambiguous),
// and a lambda or method group that returns a Task is an asynchronous step, not a synchronous one that returns tasks.
public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>
    /// Runs a cheap synchronous step. It runs in place, fused with its neighbors, unless an option (a budget, a device, a capacity)
    /// requires a queue.
    /// </summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">The step.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, TNext> invoke, Action<BlockSetup<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.Of(invoke), configure);

    /// <summary>
    /// Runs a cheap synchronous step that receives its turn's context. It runs in place, fused with its neighbors, unless an option (a
    /// budget, a device, a capacity) requires a queue.
    /// </summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">The step, given the value and the turn.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(-1)]
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, BlockContext, TNext> invoke, Action<BlockSetup<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step.</summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">The step. Its token is canceled when the turn ends or the step's budget runs out.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(2)]
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, CancellationToken, ValueTask<TNext>> invoke, Action<BlockSetup<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step.</summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">The step. Its token is canceled when the turn ends or the step's budget runs out.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(1)]
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, CancellationToken, Task<TNext>> invoke, Action<BlockSetup<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.OfTask(invoke), configure);

    /// <summary>Runs an asynchronous step that receives its turn's context.</summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">
    /// The step, given the value, the turn and a token. Its token is canceled when the turn ends or the step's budget runs out.
    /// </param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(2)]
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, ValueTask<TNext>> invoke,
        Action<BlockSetup<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step that receives its turn's context.</summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="invoke">
    /// The step, given the value, the turn and a token. Its token is canceled when the turn ends or the step's budget runs out.
    /// </param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(1)]
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, Task<TNext>> invoke, Action<BlockSetup<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.OfTask(invoke), configure);

    /// <summary>
    /// Observes the value as it passes, when it is final. The callback must be quick; an exception ends the turn as Failed.
    /// </summary>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="look">A callback that receives the value.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(1)]
    public ChainBuilder<TIn, TOut> Tap(string name, Action<TOut> look)
    {
        ArgumentNullException.ThrowIfNull(look);
        OptionCheck.NotAsyncVoid(look, nameof(look));
        return Tap(name, (value, _) => look(value));
    }

    /// <summary>
    /// Observes the value as it passes, when it is final. The callback must be quick; an exception ends the turn as Failed.
    /// </summary>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="look">A callback that receives the value and the turn.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TOut> Tap(string name, Action<TOut, BlockContext> look)
    {
        ArgumentNullException.ThrowIfNull(look);
        OptionCheck.NotAsyncVoid(look, nameof(look));
        return Then(name, new SyncLambda<TOut, TOut>((value, context) =>
        {
            if (!context.IsSpeculative)
            {
                look(value, context);
            }

            return value;
        }));
    }
}

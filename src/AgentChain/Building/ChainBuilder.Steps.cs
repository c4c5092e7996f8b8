using System.Runtime.CompilerServices;
using AgentChain.Blocks;

namespace AgentChain.Building;

// Of the overloads that fit a lambda, those with a higher priority are taken: an async lambda becomes a ValueTask, not a Task (which would
// be ambiguous), and a lambda or method group that returns a Task is an asynchronous step, not a synchronous one that returns tasks.
public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>Runs a synchronous, cheap step. It runs in place, fused with its neighbors, unless an option (a budget, a device, a capacity) needs a queue.</summary>
    /// <typeparam name="TNext">What it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, TNext> invoke, Action<BlockOptions<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs a synchronous, cheap step that looks at its turn. It runs in place, fused with its neighbors, unless an option (a budget, a device, a capacity) needs a queue.</summary>
    /// <typeparam name="TNext">What it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step, given the value and the turn.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(-1)]
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, BlockContext, TNext> invoke, Action<BlockOptions<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step.</summary>
    /// <typeparam name="TNext">What it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step. Its token fires when the turn is over or the step's budget runs out.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(2)]
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, CancellationToken, ValueTask<TNext>> invoke, Action<BlockOptions<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step.</summary>
    /// <typeparam name="TNext">What it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step. Its token fires when the turn is over or the step's budget runs out.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(1)]
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, CancellationToken, Task<TNext>> invoke, Action<BlockOptions<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.OfTask(invoke), configure);

    /// <summary>Runs an asynchronous step that looks at its turn.</summary>
    /// <typeparam name="TNext">What it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step, given the value, the turn and a token. Its token fires when the turn is over or the step's budget runs out.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(2)]
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, ValueTask<TNext>> invoke, Action<BlockOptions<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step that looks at its turn.</summary>
    /// <typeparam name="TNext">What it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step, given the value, the turn and a token. Its token fires when the turn is over or the step's budget runs out.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(1)]
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, Task<TNext>> invoke, Action<BlockOptions<TOut, TNext>>? configure = null) =>
        Then(name, Lambdas.OfTask(invoke), configure);

    /// <summary>Looks at the value as it passes, once it is certain. It must be quick; what it throws ends the turn as Failed.</summary>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="look">Called with the value.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(1)]
    public ChainBuilder<TIn, TOut> Tap(string name, Action<TOut> look)
    {
        ArgumentNullException.ThrowIfNull(look);
        OptionCheck.NotAsyncVoid(look, nameof(look));
        return Tap(name, (value, _) => look(value));
    }

    /// <summary>Looks at the value as it passes, once it is certain. It must be quick; what it throws ends the turn as Failed.</summary>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="look">Called with the value and the turn.</param>
    /// <returns>The longer chain.</returns>
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

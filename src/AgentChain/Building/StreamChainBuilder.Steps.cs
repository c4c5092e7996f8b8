using System.Runtime.CompilerServices;
using AgentChain.Blocks;

namespace AgentChain.Building;

// Of the overloads that fit a lambda, those with a higher priority are taken: an async lambda becomes a ValueTask, not a Task (which would
// be ambiguous), and a lambda or method group that returns a Task is an asynchronous step, not a synchronous one that returns tasks.
public sealed partial class StreamChainBuilder<TIn, TOut>
{
    /// <summary>Runs a synchronous, cheap step for each item, in order. It runs in place, fused with its neighbors, unless an option (a budget, a device, a capacity) needs a queue.</summary>
    /// <typeparam name="TNext">The items it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step. Its budget counts anew for each item.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, TNext> invoke, Action<StreamOptions<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs a synchronous, cheap step for each item, in order that looks at its turn. It runs in place, fused with its neighbors, unless an option (a budget, a device, a capacity) needs a queue.</summary>
    /// <typeparam name="TNext">The items it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step, given the value and the turn. Its budget counts anew for each item.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(-1)]
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, BlockContext, TNext> invoke, Action<StreamOptions<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step for each item, in order.</summary>
    /// <typeparam name="TNext">The items it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step. Its token fires when the turn is over or the step's budget runs out. Its budget counts anew for each item.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(2)]
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, CancellationToken, ValueTask<TNext>> invoke, Action<StreamOptions<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step for each item, in order.</summary>
    /// <typeparam name="TNext">The items it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step. Its token fires when the turn is over or the step's budget runs out. Its budget counts anew for each item.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(1)]
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, CancellationToken, Task<TNext>> invoke, Action<StreamOptions<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.OfTask(invoke), configure);

    /// <summary>Runs an asynchronous step for each item, in order that looks at its turn.</summary>
    /// <typeparam name="TNext">The items it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step, given the value, the turn and a token. Its token fires when the turn is over or the step's budget runs out. Its budget counts anew for each item.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(2)]
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, ValueTask<TNext>> invoke, Action<StreamOptions<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.Of(invoke), configure);

    /// <summary>Runs an asynchronous step for each item, in order that looks at its turn.</summary>
    /// <typeparam name="TNext">The items it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step, given the value, the turn and a token. Its token fires when the turn is over or the step's budget runs out. Its budget counts anew for each item.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(1)]
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, Task<TNext>> invoke, Action<StreamOptions<TOut, TNext>>? configure = null) =>
        ThenEach(name, Lambdas.OfTask(invoke), configure);

    /// <summary>Runs a step that returns a stream for each item, in order.</summary>
    /// <typeparam name="TNext">The items it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step. Its token fires when the turn is over or the step's budget runs out. Its budget counts anew for each item.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public StreamChainBuilder<TIn, TNext> StreamEach<TNext>(
        string name, Func<TOut, CancellationToken, IAsyncEnumerable<TNext>> invoke, Action<StreamOptions<TOut, TNext>>? configure = null) =>
        StreamEach(name, Lambdas.OfStream(invoke), configure);

    /// <summary>Runs a step that returns a stream for each item, in order that looks at its turn.</summary>
    /// <typeparam name="TNext">The items it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="invoke">The step, given the value, the turn and a token. Its token fires when the turn is over or the step's budget runs out. Its budget counts anew for each item.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public StreamChainBuilder<TIn, TNext> StreamEach<TNext>(
        string name, Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<TNext>> invoke, Action<StreamOptions<TOut, TNext>>? configure = null) =>
        StreamEach(name, Lambdas.OfStream(invoke), configure);

    /// <summary>Looks at each item as it passes, once it is certain. It must be quick; what it throws ends the turn as Failed.</summary>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="look">Called with each item.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(1)]
    public StreamChainBuilder<TIn, TOut> TapEach(string name, Action<TOut> look)
    {
        ArgumentNullException.ThrowIfNull(look);
        OptionCheck.NotAsyncVoid(look, nameof(look));
        return TapEach(name, (value, _) => look(value));
    }

    /// <summary>Looks at each item as it passes, once it is certain. It must be quick; what it throws ends the turn as Failed.</summary>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="look">Called with each item and the turn.</param>
    /// <returns>The longer chain.</returns>
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

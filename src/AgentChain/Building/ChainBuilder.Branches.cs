using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Turns;

namespace AgentChain;

public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>Repeats a body while a condition holds, up to a bound.</summary>
    /// <param name="name">The name of the loop; must be unique in the chain.</param>
    /// <param name="body">A callback that adds the blocks of the body.</param>
    /// <param name="again">A predicate on the result of each round; <see langword="true"/> starts another round.</param>
    /// <param name="bound">The maximum number of rounds, and what happens when they are used up.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TOut> Loop(
        string name, Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TOut>> body, Func<TOut, bool> again, LoopBound bound)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(again);
        ChainBuilder<TOut, TOut> round = Composed.NotNull(body(Branch()), $"the body of '{name}'");
        return Value<TOut>(
            new(name, NodeKind.Loop, new BlockSettings())
            {
                Output = typeof(TOut),
                MaxRounds = bound.MaxRounds,
                Branches = [new("body", round.Nodes)],
            },
            (scope, next) =>
            {
                // A round's value keeps its place until the next round's value has one; room for two values per turn prevents a circular
                // wait.
                int room = (int)Math.Min(int.MaxValue, 2L * Math.Max(BlockSettings.DefaultCapacity, scope.Runtime.Settings.MaxTurns));
                BlockNode node = scope.Node(name, new BlockSettings { Capacity = room });
                var end = new LoopEnd<TOut>(node, again, bound.MaxRounds, bound.TakesLast, next);
                BlockQueue<TOut> queue = Links.Queue(scope, node, round.Link(scope with { InLoop = true }, end));
                end.Body = queue;
                return new LoopEntry<TOut>(queue);
            });
    }

    /// <summary>Adds a whole chain as a block; its blocks appear as <c>name/block</c>.</summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="chain">A chain that returns one value. It keeps its budget; its other options are replaced with this chain's.</param>
    /// <param name="configure">A callback that sets the options of the sub-chain as a whole: its budget and overrun rule.</param>
    /// <returns>A builder for the extended chain.</returns>
    /// <remarks>
    /// To compose a chain only for this purpose, pass its builder: a built chain starts device lanes of its own and must be disposed.
    /// </remarks>
    public ChainBuilder<TIn, TNext> Then<TNext>(string name, Chain<TOut, TNext> chain, Action<BlockSetup<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return SubChain(name, new(chain.Name, chain.Blueprint), chain.Value!, chain.Options.Budget, configure);
    }

    /// <summary>Adds the blocks of another builder as one block; they appear as <c>name/block</c>.</summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="chain">The builder of a chain that returns one value.</param>
    /// <param name="configure">A callback that sets the options of the sub-chain as a whole: its budget and overrun rule.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, ChainBuilder<TOut, TNext> chain, Action<BlockSetup<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return SubChain(name, new(chain.Name, chain.Nodes), chain.Link, LatencyBudget.None, configure);
    }

    /// <summary>Adds a whole chain that produces a stream; its blocks appear as <c>name/block</c>.</summary>
    /// <typeparam name="TItem">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="chain">A chain that produces a stream. It keeps its budget; its other options are replaced with this chain's.</param>
    /// <param name="configure">
    /// A callback that sets the options of the sub-chain as a whole: its budget and overrun rule; a fallback is not supported.
    /// </param>
    /// <returns>A builder for the extended chain, whose output is now a stream.</returns>
    /// <remarks>
    /// To compose a chain only for this purpose, pass its builder: a built chain starts device lanes of its own and must be disposed.
    /// </remarks>
    public StreamChainBuilder<TIn, TItem> Stream<TItem>(
        string name, StreamChain<TOut, TItem> chain, Action<StreamSetup<TOut, TItem>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return StreamSubChain(name, new(chain.Name, chain.Blueprint), chain.Items!, chain.Options.Budget, configure);
    }

    /// <summary>Adds the blocks of another builder, whose output is a stream, as one block; they appear as <c>name/block</c>.</summary>
    /// <typeparam name="TItem">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="chain">The builder of a chain that produces a stream.</param>
    /// <param name="configure">
    /// A callback that sets the options of the sub-chain as a whole: its budget and overrun rule; a fallback is not supported.
    /// </param>
    /// <returns>A builder for the extended chain, whose output is now a stream.</returns>
    public StreamChainBuilder<TIn, TItem> Stream<TItem>(
        string name, StreamChainBuilder<TOut, TItem> chain, Action<StreamSetup<TOut, TItem>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return StreamSubChain(name, new(chain.Name, chain.Nodes), chain.Link, LatencyBudget.None, configure);
    }

    ChainBuilder<TIn, TNext> SubChain<TNext>(
        string name, BlueprintBranch blueprint, ValueLink<TOut, TNext> link,
        LatencyBudget budget, Action<BlockSetup<TOut, TNext>>? configure)
    {
        var options = new BlockSetup<TOut, TNext>();
        configure?.Invoke(options);
        BlockSettings settings = SubChainSettings(options.Settings, budget);
        return Value<TNext>(
            new(name, NodeKind.SubChain, settings)
            {
                Output = typeof(TNext),
                ReturnsOne = true,
                Branches = [blueprint],
                Mistake = options.Fallback is not null ? "is a chain and can fall back only to a value." : null,
            },
            (scope, next) =>
            {
                BlockNode node = scope.Node(name, settings);
                Target<TOut> inner = link(scope.Inside(name), new SubChainExit<TNext>(next));
                return new SubChainEntry<TOut, TNext>(node, options.FallbackValue, next, inner);
            });
    }

    StreamChainBuilder<TIn, TItem> StreamSubChain<TItem>(
        string name, BlueprintBranch blueprint, StreamLink<TOut, TItem> link,
        LatencyBudget budget, Action<StreamSetup<TOut, TItem>>? configure)
    {
        var options = new StreamSetup<TOut, TItem>();
        configure?.Invoke(options);
        BlockSettings settings = SubChainSettings(options.Settings, budget);
        return ToStream<TItem>(
            new(name, NodeKind.SubChain, settings)
            {
                Output = typeof(TItem),
                Branches = [blueprint],
                Mistake = options.FallbackValue is not null ? "is a streaming chain and cannot have a fallback; give its blocks one." : null,
            },
            (scope, next) =>
            {
                BlockNode node = scope.Node(name, settings);
                Target<TOut> inner = link(scope.Inside(name), new SubChainStreamExit<TItem>(next));
                return new SubChainEntry<TOut, TItem>(node, null, null, inner);
            });
    }

    ChainBuilder<TOut, TOut> Branch() => new(Name, [], static (_, next) => next);

    static BlockSettings SubChainSettings(BlockSettings given, LatencyBudget own) =>
        given.Budget.IsNone && !own.IsNone ? given with { Budget = own, Overrun = OverrunAction.Cancel } : given;
}

using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Turns;

namespace AgentChain.Building;

public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>Runs a body again and again while a condition holds, up to a bound.</summary>
    /// <param name="name">The loop's name, unique in the chain.</param>
    /// <param name="body">Adds the body's blocks.</param>
    /// <param name="again">Asked after each round with what the body made: once more?</param>
    /// <param name="bound">The most rounds, and what happens when they are used up.</param>
    /// <returns>The longer chain.</returns>
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
                // A round's value keeps its place until the next round's has one: with room for two of every turn, they cannot wait in a circle.
                int room = (int)Math.Min(int.MaxValue, 2L * Math.Max(BlockSettings.DefaultCapacity, scope.Runtime.Settings.MaxTurns));
                BlockNode node = scope.Node(name, new BlockSettings { Capacity = room });
                var end = new LoopEnd<TOut>(node, again, bound.MaxRounds, bound.TakesLast, next);
                BlockQueue<TOut> queue = Links.Queue(scope, node, round.Link(scope with { InLoop = true }, end));
                end.Body = queue;
                return new LoopEntry<TOut>(queue);
            });
    }

    /// <summary>Puts a whole chain into this one as a block; its blocks appear as <c>name/block</c>.</summary>
    /// <typeparam name="TNext">What it makes.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="chain">A chain that makes one value. It keeps its budget; its other options are this chain's.</param>
    /// <param name="configure">Its options as a whole: budget and overrun rule.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Then<TNext>(string name, Chain<TOut, TNext> chain, Action<BlockOptions<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        var options = new BlockOptions<TOut, TNext>();
        configure?.Invoke(options);
        BlockSettings settings = SubChainSettings(options.Settings, chain.Options.Budget);
        return Value<TNext>(
            new(name, NodeKind.SubChain, settings)
            {
                Output = typeof(TNext),
                ReturnsOne = true,
                Branches = [new(chain.Name, chain.Blueprint)],
                Mistake = chain.Value is null ? "is a chain that makes a stream; add it with Stream."
                    : options.Fallback is not null ? "is a chain and can fall back to a value only." : null,
            },
            (scope, next) =>
            {
                BlockNode node = scope.Node(name, settings);
                Target<TOut> inner = chain.Value!(scope.Inside(name), new SubChainExit<TNext>(next));
                return new SubChainEntry<TOut, TNext>(node, options.FallbackValue, next, inner);
            });
    }

    /// <summary>Puts a whole chain that makes a stream into this one; its blocks appear as <c>name/block</c>.</summary>
    /// <typeparam name="TItem">The items it makes.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="chain">A chain that makes a stream. It keeps its budget; its other options are this chain's.</param>
    /// <param name="configure">Its options as a whole: budget and overrun rule; no fallback.</param>
    /// <returns>The chain, now a stream.</returns>
    public StreamChainBuilder<TIn, TItem> Stream<TItem>(string name, Chain<TOut, TItem> chain, Action<StreamOptions<TOut, TItem>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        var options = new StreamOptions<TOut, TItem>();
        configure?.Invoke(options);
        BlockSettings settings = SubChainSettings(options.Settings, chain.Options.Budget);
        return ToStream<TItem>(
            new(name, NodeKind.SubChain, settings)
            {
                Output = typeof(TItem),
                Branches = [new(chain.Name, chain.Blueprint)],
                Mistake = chain.Items is null ? "is a chain that makes one value; add it with Then."
                    : options.FallbackValue is not null ? "is a streaming chain and has no fallback; give its blocks one." : null,
            },
            (scope, next) =>
            {
                BlockNode node = scope.Node(name, settings);
                Target<TOut> inner = chain.Items!(scope.Inside(name), new SubChainStreamExit<TItem>(next));
                return new SubChainEntry<TOut, TItem>(node, null, null, inner);
            });
    }

    ChainBuilder<TOut, TOut> Branch() => new(Name, [], static (_, next) => next);

    static BlockSettings SubChainSettings(BlockSettings given, Budgets.LatencyBudget own) =>
        given.Budget.IsNone && !own.IsNone ? given with { Budget = own, Overrun = OverrunAction.Cancel } : given;
}

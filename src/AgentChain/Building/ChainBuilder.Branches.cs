using AgentChain.Blocks;
using AgentChain.Flow;
using AgentChain.Flow.Speculative;

namespace AgentChain.Building;

public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>Runs two branches side by side on the same value and joins their results.</summary>
    /// <typeparam name="TLeft">What the first branch makes.</typeparam>
    /// <typeparam name="TRight">What the second branch makes.</typeparam>
    /// <typeparam name="TNext">What the join makes.</typeparam>
    /// <param name="name">The join's name, unique in the chain.</param>
    /// <param name="left">Adds the first branch's blocks.</param>
    /// <param name="right">Adds the second branch's blocks.</param>
    /// <param name="join">Joins the value and the two results; synchronous and cheap.</param>
    /// <returns>The longer chain.</returns>
    /// <remarks>
    /// A branch of synchronous blocks alone runs in place before the other begins; give its first block
    /// <c>Queued()</c> if that matters. For more than two, join in turn.
    /// </remarks>
    public ChainBuilder<TIn, TNext> Parallel<TLeft, TRight, TNext>(
        string name,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TLeft>> left,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TRight>> right,
        Func<TOut, TLeft, TRight, TNext> join)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(join);
        ChainBuilder<TOut, TLeft> one = Composed.NotNull(left(Branch()), $"the left branch of '{name}'");
        ChainBuilder<TOut, TRight> other = Composed.NotNull(right(Branch()), $"the right branch of '{name}'");
        return Value<TNext>(
            new(name, NodeKind.Parallel, new BlockSettings())
            {
                Output = typeof(TNext),
                Branches = [new("left", one.Nodes), new("right", other.Nodes)],
            },
            (scope, next) =>
            {
                FlowNode node = scope.Node(name, new BlockSettings());
                return scope.Speculates
                    ? new ForkNode<TOut>(
                        one.Link(scope.Branch(node, 0), new SpeculativeJoinSide<TOut, TLeft, TRight, TLeft, TNext>(node, static (f, v) => f.Left = v, join, next)),
                        other.Link(scope.Branch(node, 1), new SpeculativeJoinSide<TOut, TLeft, TRight, TRight, TNext>(node, static (f, v) => f.Right = v, join, next)),
                        static (value, cause, outer) => new SpeculativeFrame<TOut, TLeft, TRight>(value, cause, outer))
                    : new ForkNode<TOut>(
                        one.Link(scope, new JoinSide<TOut, TLeft, TRight, TLeft, TNext>(node, static (f, v) => f.Left = v, join, next)),
                        other.Link(scope, new JoinSide<TOut, TLeft, TRight, TRight, TNext>(node, static (f, v) => f.Right = v, join, next)),
                        static (value, cause, outer) => new JoinFrame<TOut, TLeft, TRight>(value, cause, outer));
            });
    }

    /// <summary>Classifies the value and sends it down one of several routes, each a chain of its own.</summary>
    /// <typeparam name="TNext">What every route makes.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Chooses a route by name. If it implements <see cref="IRouteNames"/>, Build checks the routes against it.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <param name="configure">The classifier's options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        IBlock<TOut, string> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockOptions<TOut, string>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(routes);
        var options = new BlockOptions<TOut, string>();
        configure?.Invoke(options);
        RouteBuilder<TOut, TNext> made = Composed.NotNull(routes(new RouteBuilder<TOut>()), $"the routes of '{name}'");
        var block = new RoutingBlock<TOut>(classifier);
        return Value<TNext>(
            made.Describe(name, options.Settings, classifier),
            (scope, next) => Links.Async(
                scope, name, options.Settings, block, classifier, options.For<Routed<TOut>>(static (input, route) => new(input, route)),
                made.Link(scope, scope.Node(name, options.Settings), next)));
    }

    /// <summary>
    /// Classifies the value with a block that publishes its leading candidate while it still decides, and sends it down one of several
    /// routes. Blocks on a candidate's route that <c>Speculate</c> may start before the decision.
    /// </summary>
    /// <typeparam name="TNext">What every route makes.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Chooses a route by name. If it implements <see cref="IRouteNames"/>, Build checks the routes against it.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <param name="configure">The classifier's options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        IRevisingBlock<TOut, string> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<ReviseOptions<TOut, string>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(routes);
        var options = new ReviseOptions<TOut, string>();
        configure?.Invoke(options);
        RouteBuilder<TOut, TNext> made = Composed.NotNull(routes(new RouteBuilder<TOut>()), $"the routes of '{name}'");
        var block = new RevisingRouter<TOut>(classifier);
        return Value<TNext>(
            made.Describe(name, options.Settings, classifier) with { Revises = true },
            (scope, next) => Links.Revise(
                scope, name, options.For<Routed<TOut>>(static (input, route) => new(input, route), static routed => routed.Route), block, classifier,
                made.Link(scope, scope.Node(name, options.Settings), next)));
    }

    /// <summary>Classifies the value with a cheap function and sends it down one of several routes.</summary>
    /// <typeparam name="TNext">What every route makes.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Chooses a route by name; synchronous and cheap.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name, Func<TOut, string> classifier, Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(routes);
        RouteBuilder<TOut, TNext> made = Composed.NotNull(routes(new RouteBuilder<TOut>()), $"the routes of '{name}'");
        var block = new SyncRoutingBlock<TOut>(new SyncLambda<TOut, string>((input, _) => classifier(input)));
        return Value<TNext>(
            made.Describe(name, new BlockSettings(), classifier) with { IsFused = true },
            (scope, next) => Links.Sync(
                scope, name, new BlockSettings(), block, made.Link(scope, scope.Node(name, new BlockSettings()), next)));
    }

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
                FlowNode node = scope.Node(name, new BlockSettings { Capacity = room });
                var end = new LoopEnd<TOut>(node, again, bound.MaxRounds, bound.TakesLast, next);
                QueueNode<TOut> queue = Links.Queue(scope, node, round.Link(scope with { InLoop = true }, end));
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
                Branches = [new(chain.Name, chain.Blueprint)],
                Mistake = chain.Value is null ? "is a chain that makes a stream; add it with Stream."
                    : options.Fallback is not null ? "is a chain and can fall back to a value only." : null,
            },
            (scope, next) =>
            {
                FlowNode node = scope.Node(name, settings);
                Receiver<TOut> inner = chain.Value!(scope.Inside(name), new ScopeExit<TNext>(next));
                return new ScopeEntry<TOut, TNext>(node, options.FallbackValue, next, inner);
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
                FlowNode node = scope.Node(name, settings);
                Receiver<TOut> inner = chain.Items!(scope.Inside(name), new StreamScopeExit<TItem>(next));
                return new ScopeEntry<TOut, TItem>(node, null, null, inner);
            });
    }

    ChainBuilder<TOut, TOut> Branch() => new(Name, [], static (_, next) => next);

    static BlockSettings SubChainSettings(BlockSettings given, Budgets.LatencyBudget own) =>
        given.Budget.IsNone && !own.IsNone ? given with { Budget = own, Overrun = OverrunAction.Cancel } : given;
}

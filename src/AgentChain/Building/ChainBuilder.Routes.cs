using AgentChain.Blocks;
using AgentChain.Engine.Nodes;

namespace AgentChain.Building;

public sealed partial class ChainBuilder<TIn, TOut>
{
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
            made.Describe(name, options.Settings, classifier) with { ReturnsOne = true },
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

    /// <summary>Classifies the value with a synchronous, cheap block and sends it down one of several routes.</summary>
    /// <typeparam name="TNext">What every route returns.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Chooses a route by name. If it implements <see cref="IRouteNames"/>, Build checks the routes against it.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <param name="configure">The classifier's options. It runs in place unless an option (a budget, a device, a capacity) needs a queue.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        ISyncBlock<TOut, string> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockOptions<TOut, string>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(routes);
        var options = new BlockOptions<TOut, string>();
        configure?.Invoke(options);
        BlockSettings settings = options.Settings;
        RouteBuilder<TOut, TNext> added = Composed.NotNull(routes(new RouteBuilder<TOut>()), $"the routes of '{name}'");
        var block = new SyncRoutingBlock<TOut>(classifier);
        return Value<TNext>(
            added.Describe(name, settings, classifier) with { IsFused = !settings.NeedsQueue, ReturnsOne = true },
            (scope, next) =>
            {
                RouteNode<TOut> end = added.Link(scope, scope.Node(name, settings), next);
                return settings.NeedsQueue
                    ? Links.Async(
                        scope, name, settings, new QueuedSyncBlock<TOut, Routed<TOut>>(block), classifier,
                        options.For<Routed<TOut>>(static (input, route) => new(input, route)), end)
                    : Links.Sync(scope, name, settings, block, end);
            });
    }
}

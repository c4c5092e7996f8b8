using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Engine.Nodes;

namespace AgentChain;

public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>Classifies the value and sends it to one of several routes, each a chain of its own.</summary>
    /// <typeparam name="TNext">The type of the routes' output.</typeparam>
    /// <param name="name">The name of the router; must be unique in the chain.</param>
    /// <param name="classifier">
    /// The block that chooses a route by name. If it implements <see cref="IRouteNames"/>, Build checks the routes against it.
    /// </param>
    /// <param name="routes">A callback that adds the routes.</param>
    /// <param name="configure">A callback that sets the classifier's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        IBlock<TOut, string> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockSetup<TOut, string>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(routes);
        var options = new BlockSetup<TOut, string>();
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
    /// Classifies the value with a block that publishes its leading candidate while it is still deciding, and sends the value to one of
    /// several routes. Blocks on a candidate's route that <c>Speculate</c> can start before the decision.
    /// </summary>
    /// <typeparam name="TNext">The type of the routes' output.</typeparam>
    /// <param name="name">The name of the router; must be unique in the chain.</param>
    /// <param name="classifier">
    /// The block that chooses a route by name. If it implements <see cref="IRouteNames"/>, Build checks the routes against it.
    /// </param>
    /// <param name="routes">A callback that adds the routes.</param>
    /// <param name="configure">A callback that sets the classifier's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        IRevisingBlock<TOut, string> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<ReviseSetup<TOut, string>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(routes);
        var options = new ReviseSetup<TOut, string>();
        configure?.Invoke(options);
        RouteBuilder<TOut, TNext> made = Composed.NotNull(routes(new RouteBuilder<TOut>()), $"the routes of '{name}'");
        var block = new RevisingRouter<TOut>(classifier);
        return Value<TNext>(
            made.Describe(name, options.Settings, classifier) with { Revises = true },
            (scope, next) => Links.Revise(
                scope, name, options.For<Routed<TOut>>(static (input, route) => new(input, route), static routed => routed.Route),
                block, classifier,
                made.Link(scope, scope.Node(name, options.Settings), next)));
    }

    /// <summary>Classifies the value with a cheap synchronous block and sends it to one of several routes.</summary>
    /// <typeparam name="TNext">The type of the routes' output.</typeparam>
    /// <param name="name">The name of the router; must be unique in the chain.</param>
    /// <param name="classifier">
    /// The block that chooses a route by name. If it implements <see cref="IRouteNames"/>, Build checks the routes against it.
    /// </param>
    /// <param name="routes">A callback that adds the routes.</param>
    /// <param name="configure">
    /// A callback that sets the classifier's options. The classifier runs in place unless an option (a budget, a device, a capacity)
    /// requires a queue.
    /// </param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        ISyncBlock<TOut, string> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockSetup<TOut, string>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(routes);
        var options = new BlockSetup<TOut, string>();
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

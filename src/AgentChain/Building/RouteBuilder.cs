using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Turns;

namespace AgentChain.Building;

/// <summary>A router's routes.</summary>
/// <typeparam name="T">What the routes take.</typeparam>
/// <typeparam name="TOut">What they make.</typeparam>
public sealed class RouteBuilder<T, TOut>
{
    readonly IReadOnlyList<(string Route, ChainBuilder<T, TOut> Branch)> _routes;
    readonly (string Route, ChainBuilder<T, TOut> Branch)? _otherwise;

    internal RouteBuilder(IReadOnlyList<(string Route, ChainBuilder<T, TOut> Branch)> routes, (string Route, ChainBuilder<T, TOut> Branch)? otherwise) =>
        (_routes, _otherwise) = (routes, otherwise);

    /// <summary>Adds a route.</summary>
    /// <param name="route">The name by which the classifier chooses it.</param>
    /// <param name="build">Adds its blocks.</param>
    /// <returns>The routes.</returns>
    public RouteBuilder<T, TOut> To(string route, Func<ChainBuilder<T, T>, ChainBuilder<T, TOut>> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        return new([.. _routes, (route, Composed.NotNull(build(Begin()), $"the route '{route}'"))], _otherwise);
    }

    /// <summary>Adds a route of a single block, which has the route's name.</summary>
    /// <param name="route">The name by which the classifier chooses it.</param>
    /// <param name="block">The block.</param>
    /// <returns>The routes.</returns>
    public RouteBuilder<T, TOut> To(string route, IBlock<T, TOut> block) => To(route, b => b.Then(route, block));

    /// <summary>Adds a route of a whole chain.</summary>
    /// <param name="route">The name by which the classifier chooses it.</param>
    /// <param name="chain">The chain.</param>
    /// <returns>The routes.</returns>
    public RouteBuilder<T, TOut> To(string route, Chain<T, TOut> chain) => To(route, b => b.Then(route, chain));

    /// <summary>Adds the route for whatever no other route takes.</summary>
    /// <param name="route">Its name.</param>
    /// <param name="build">Adds its blocks.</param>
    /// <returns>The routes.</returns>
    public RouteBuilder<T, TOut> Otherwise(string route, Func<ChainBuilder<T, T>, ChainBuilder<T, TOut>> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        return new(_routes, (route, Composed.NotNull(build(Begin()), $"the route '{route}'")));
    }

    /// <summary>Adds a block for whatever no other route takes.</summary>
    /// <param name="route">Its name.</param>
    /// <param name="block">The block.</param>
    /// <returns>The routes.</returns>
    public RouteBuilder<T, TOut> Otherwise(string route, IBlock<T, TOut> block) => Otherwise(route, b => b.Then(route, block));

    /// <summary>Adds a chain for whatever no other route takes.</summary>
    /// <param name="route">Its name.</param>
    /// <param name="chain">The chain.</param>
    /// <returns>The routes.</returns>
    public RouteBuilder<T, TOut> Otherwise(string route, Chain<T, TOut> chain) => Otherwise(route, b => b.Then(route, chain));

    internal BlueprintNode Describe(string name, BlockSettings settings, object classifier) =>
        new(name, NodeKind.Route, settings)
        {
            Output = typeof(TOut),
            Blocks = [classifier],
            HasOtherwise = _otherwise is not null,
            ChoosableRoutes = (classifier as IRouteNames)?.Routes,
            Branches = [.. _routes.Concat(_otherwise is { } o ? [o] : []).Select(r => new BlueprintBranch(r.Route, r.Branch.Nodes))],
            Mistake = settings.Overrun == OverrunAction.Fallback ? "cannot fall back; give the classifier a budget with Overrun.Cancel, or a block that chooses a default." : null,
        };

    internal RouteNode<T> Link(LinkContext scope, BlockNode node, Target<TOut> next)
    {
        int branch = 0;
        return new(
            node,
            _routes.DistinctBy(r => r.Route).ToDictionary(r => r.Route, r => r.Branch.Link(scope.Branch(node, branch++), next), StringComparer.Ordinal),
            _otherwise?.Branch.Link(scope.Branch(node, branch), next));
    }

    static ChainBuilder<T, T> Begin() => new("", [], static (_, next) => next);
}

using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Turns;

namespace AgentChain;

/// <summary>Builds the routes of a router.</summary>
/// <typeparam name="T">The type of the routes' input.</typeparam>
/// <typeparam name="TOut">The type of the routes' output.</typeparam>
public sealed class RouteBuilder<T, TOut>
{
    readonly IReadOnlyList<(string Route, ChainBuilder<T, TOut> Branch)> _routes;
    readonly (string Route, ChainBuilder<T, TOut> Branch)? _otherwise;

    internal RouteBuilder(
        IReadOnlyList<(string Route, ChainBuilder<T, TOut> Branch)> routes, (string Route, ChainBuilder<T, TOut> Branch)? otherwise) =>
        (_routes, _otherwise) = (routes, otherwise);

    /// <summary>Adds a route.</summary>
    /// <param name="route">The name that the classifier chooses the route by.</param>
    /// <param name="build">A callback that adds the blocks of the route.</param>
    /// <returns>A builder that includes the route.</returns>
    public RouteBuilder<T, TOut> To(string route, Func<ChainBuilder<T, T>, ChainBuilder<T, TOut>> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        return new([.. _routes, (route, Composed.NotNull(build(Begin()), $"the route '{route}'"))], _otherwise);
    }

    /// <summary>Adds a route of a single block, which has the route's name.</summary>
    /// <param name="route">The name that the classifier chooses the route by.</param>
    /// <param name="block">The block.</param>
    /// <returns>A builder that includes the route.</returns>
    public RouteBuilder<T, TOut> To(string route, IBlock<T, TOut> block) => To(route, b => b.Then(route, block));

    /// <summary>Adds a route of a whole chain.</summary>
    /// <param name="route">The name that the classifier chooses the route by.</param>
    /// <param name="chain">The chain.</param>
    /// <returns>A builder that includes the route.</returns>
    public RouteBuilder<T, TOut> To(string route, Chain<T, TOut> chain) => To(route, b => b.Then(route, chain));

    /// <summary>Adds the route for values that no other route takes.</summary>
    /// <param name="route">The name of the route.</param>
    /// <param name="build">A callback that adds the blocks of the route.</param>
    /// <returns>A builder that includes the route.</returns>
    public RouteBuilder<T, TOut> Otherwise(string route, Func<ChainBuilder<T, T>, ChainBuilder<T, TOut>> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        return new(_routes, (route, Composed.NotNull(build(Begin()), $"the route '{route}'")));
    }

    /// <summary>Adds a route of a single block for values that no other route takes.</summary>
    /// <param name="route">The name of the route.</param>
    /// <param name="block">The block.</param>
    /// <returns>A builder that includes the route.</returns>
    public RouteBuilder<T, TOut> Otherwise(string route, IBlock<T, TOut> block) => Otherwise(route, b => b.Then(route, block));

    /// <summary>Adds a route of a whole chain for values that no other route takes.</summary>
    /// <param name="route">The name of the route.</param>
    /// <param name="chain">The chain.</param>
    /// <returns>A builder that includes the route.</returns>
    public RouteBuilder<T, TOut> Otherwise(string route, Chain<T, TOut> chain) => Otherwise(route, b => b.Then(route, chain));

    internal BlueprintNode Describe(string name, BlockSettings settings, object classifier) =>
        new(name, NodeKind.Route, settings)
        {
            Output = typeof(TOut),
            Blocks = [classifier],
            HasOtherwise = _otherwise is not null,
            ChoosableRoutes = (classifier as IRouteNames)?.Routes,
            Branches = [.. _routes.Concat(_otherwise is { } o ? [o] : []).Select(r => new BlueprintBranch(r.Route, r.Branch.Nodes))],
            Mistake = settings.Overrun == OverrunAction.Fallback ? "cannot fall back; use Overrun.Cancel for the classifier's budget, or a classifier that chooses a default." : null,
        };

    internal RouteNode<T> Link(LinkContext scope, BlockNode node, Target<TOut> next)
    {
        int branch = 0;
        return new(
            node,
            _routes.DistinctBy(r => r.Route).ToDictionary(
                r => r.Route, r => r.Branch.Link(scope.Branch(node, branch++), next), StringComparer.Ordinal),
            _otherwise?.Branch.Link(scope.Branch(node, branch), next));
    }

    static ChainBuilder<T, T> Begin() => new("", [], static (_, next) => next);
}

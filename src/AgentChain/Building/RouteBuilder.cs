using AgentChain.Blocks;
using AgentChain.Flow;

namespace AgentChain.Building;

/// <summary>A classifier that says which routes it can choose, so that Build finds routes that nothing leads to.</summary>
public interface IRouteNames
{
    /// <summary>Gets every route it can choose.</summary>
    IReadOnlyCollection<string> Routes { get; }
}

/// <summary>Begins a router's routes; the first one decides what all of them make.</summary>
/// <typeparam name="T">What the routes take.</typeparam>
public sealed class RouteBuilder<T>
{
    internal RouteBuilder()
    {
    }

    /// <summary>Adds a route.</summary>
    /// <typeparam name="TOut">What every route makes.</typeparam>
    /// <param name="route">The name by which the classifier chooses it.</param>
    /// <param name="build">Adds its blocks.</param>
    /// <returns>The routes.</returns>
    public RouteBuilder<T, TOut> To<TOut>(string route, Func<ChainBuilder<T, T>, ChainBuilder<T, TOut>> build) =>
        new RouteBuilder<T, TOut>([], null).To(route, build);

    /// <summary>Adds a route of a single block, which has the route's name.</summary>
    /// <typeparam name="TOut">What every route makes.</typeparam>
    /// <param name="route">The name by which the classifier chooses it.</param>
    /// <param name="block">The block.</param>
    /// <returns>The routes.</returns>
    public RouteBuilder<T, TOut> To<TOut>(string route, IBlock<T, TOut> block) => To(route, b => b.Then(route, block));

    /// <summary>Adds a route of a whole chain.</summary>
    /// <typeparam name="TOut">What every route makes.</typeparam>
    /// <param name="route">The name by which the classifier chooses it.</param>
    /// <param name="chain">The chain.</param>
    /// <returns>The routes.</returns>
    public RouteBuilder<T, TOut> To<TOut>(string route, Chain<T, TOut> chain) => To(route, b => b.Then(route, chain));
}

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

/// <summary>How often a loop may run, and what happens when it is still not done.</summary>
public readonly record struct LoopBound
{
    LoopBound(int maxRounds, bool takesLast) => (MaxRounds, TakesLast) = (maxRounds, takesLast);

    /// <summary>Gets the most rounds.</summary>
    public int MaxRounds { get; }

    /// <summary>Gets whether the last round's value goes on when the rounds are used up.</summary>
    public bool TakesLast { get; }

    /// <summary>The turn fails when the loop is not done after so many rounds.</summary>
    /// <param name="rounds">At least 1.</param>
    /// <returns>The bound.</returns>
    public static LoopBound Fail(int rounds) => new(rounds, false);

    /// <summary>The last value goes on when the loop is not done after so many rounds.</summary>
    /// <param name="rounds">At least 1.</param>
    /// <returns>The bound.</returns>
    public static LoopBound TakeLast(int rounds) => new(rounds, true);
}

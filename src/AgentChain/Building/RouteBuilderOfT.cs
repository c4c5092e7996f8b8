using AgentChain.Blocks;

namespace AgentChain.Building;

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

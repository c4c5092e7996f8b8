namespace AgentChain;

/// <summary>Starts a router's routes; the first route determines the output type of all routes.</summary>
/// <typeparam name="T">The type of the routes' input.</typeparam>
public sealed class RouteBuilder<T>
{
    internal RouteBuilder()
    {
    }

    /// <summary>Adds a route.</summary>
    /// <typeparam name="TOut">The type of the routes' output.</typeparam>
    /// <param name="route">The name that the classifier chooses the route by.</param>
    /// <param name="build">A callback that adds the blocks of the route.</param>
    /// <returns>A builder that includes the route.</returns>
    public RouteBuilder<T, TOut> To<TOut>(string route, Func<ChainBuilder<T, T>, ChainBuilder<T, TOut>> build) =>
        new RouteBuilder<T, TOut>([], null).To(route, build);

    /// <summary>Adds a route of a single block, which has the route's name.</summary>
    /// <typeparam name="TOut">The type of the routes' output.</typeparam>
    /// <param name="route">The name that the classifier chooses the route by.</param>
    /// <param name="block">The block.</param>
    /// <returns>A builder that includes the route.</returns>
    public RouteBuilder<T, TOut> To<TOut>(string route, IBlock<T, TOut> block) => To(route, b => b.Then(route, block));

    /// <summary>Adds a route of a whole chain.</summary>
    /// <typeparam name="TOut">The type of the routes' output.</typeparam>
    /// <param name="route">The name that the classifier chooses the route by.</param>
    /// <param name="chain">The chain.</param>
    /// <returns>A builder that includes the route.</returns>
    public RouteBuilder<T, TOut> To<TOut>(string route, Chain<T, TOut> chain) => To(route, b => b.Then(route, chain));
}

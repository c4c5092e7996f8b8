using System.Runtime.CompilerServices;
using AgentChain.Blocks;

namespace AgentChain;

// A lambda that only throws matches every overload; the priorities select the synchronous one.
public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>Classifies the value with a cheap synchronous function and sends it to one of several routes.</summary>
    /// <typeparam name="TNext">The type of the routes' output.</typeparam>
    /// <param name="name">The name of the router; must be unique in the chain.</param>
    /// <param name="classifier">A function that returns the name of a route; synchronous and cheap.</param>
    /// <param name="routes">A callback that adds the routes.</param>
    /// <param name="configure">A callback that sets the classifier's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(3)]
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, string> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockSetup<TOut, string>>? configure = null) =>
        Route(name, Lambdas.Of(classifier), routes, configure);

    /// <summary>Classifies the value with a cheap synchronous function and sends it to one of several routes.</summary>
    /// <typeparam name="TNext">The type of the routes' output.</typeparam>
    /// <param name="name">The name of the router; must be unique in the chain.</param>
    /// <param name="classifier">A function that returns the name of a route, given the value and the turn; synchronous and cheap.</param>
    /// <param name="routes">A callback that adds the routes.</param>
    /// <param name="configure">A callback that sets the classifier's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(2)]
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, BlockContext, string> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockSetup<TOut, string>>? configure = null) =>
        Route(name, Lambdas.Of(classifier), routes, configure);

    /// <summary>Classifies the value with an asynchronous step and sends it to one of several routes.</summary>
    /// <typeparam name="TNext">The type of the routes' output.</typeparam>
    /// <param name="name">The name of the router; must be unique in the chain.</param>
    /// <param name="classifier">
    /// The step that returns the name of a route. Its token is canceled when the turn ends or its budget runs out.
    /// </param>
    /// <param name="routes">A callback that adds the routes.</param>
    /// <param name="configure">A callback that sets the classifier's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(1)]
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, CancellationToken, ValueTask<string>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockSetup<TOut, string>>? configure = null) =>
        Route(name, Lambdas.Of(classifier), routes, configure);

    /// <summary>Classifies the value with an asynchronous step and sends it to one of several routes.</summary>
    /// <typeparam name="TNext">The type of the routes' output.</typeparam>
    /// <param name="name">The name of the router; must be unique in the chain.</param>
    /// <param name="classifier">
    /// The step that returns the name of a route. Its token is canceled when the turn ends or its budget runs out.
    /// </param>
    /// <param name="routes">A callback that adds the routes.</param>
    /// <param name="configure">A callback that sets the classifier's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, CancellationToken, Task<string>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockSetup<TOut, string>>? configure = null) =>
        Route(name, Lambdas.OfTask(classifier), routes, configure);

    /// <summary>Classifies the value with an asynchronous step and sends it to one of several routes.</summary>
    /// <typeparam name="TNext">The type of the routes' output.</typeparam>
    /// <param name="name">The name of the router; must be unique in the chain.</param>
    /// <param name="classifier">
    /// The step that returns the name of a route, given the value, the turn and a token. The token is canceled when the turn ends or the
    /// budget runs out.
    /// </param>
    /// <param name="routes">A callback that adds the routes.</param>
    /// <param name="configure">A callback that sets the classifier's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    [OverloadResolutionPriority(1)]
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, BlockContext, CancellationToken, ValueTask<string>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockSetup<TOut, string>>? configure = null) =>
        Route(name, Lambdas.Of(classifier), routes, configure);

    /// <summary>Classifies the value with an asynchronous step and sends it to one of several routes.</summary>
    /// <typeparam name="TNext">The type of the routes' output.</typeparam>
    /// <param name="name">The name of the router; must be unique in the chain.</param>
    /// <param name="classifier">
    /// The step that returns the name of a route, given the value, the turn and a token. The token is canceled when the turn ends or the
    /// budget runs out.
    /// </param>
    /// <param name="routes">A callback that adds the routes.</param>
    /// <param name="configure">A callback that sets the classifier's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, BlockContext, CancellationToken, Task<string>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockSetup<TOut, string>>? configure = null) =>
        Route(name, Lambdas.OfTask(classifier), routes, configure);

    /// <summary>
    /// Classifies the value with a step that publishes its leading candidate while it is still deciding, and sends the value to one of
    /// several routes.
    /// </summary>
    /// <typeparam name="TNext">The type of the routes' output.</typeparam>
    /// <param name="name">The name of the router; must be unique in the chain.</param>
    /// <param name="classifier">
    /// The step, which returns candidates and then exactly one final route. Its token is canceled when the turn ends or its budget runs
    /// out.
    /// </param>
    /// <param name="routes">A callback that adds the routes.</param>
    /// <param name="configure">A callback that sets the classifier's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, CancellationToken, IAsyncEnumerable<Hypothesis<string>>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<ReviseSetup<TOut, string>>? configure = null) =>
        Route(name, Lambdas.OfRevising(classifier), routes, configure);

    /// <summary>
    /// Classifies the value with a step that publishes its leading candidate while it is still deciding, and sends the value to one of
    /// several routes.
    /// </summary>
    /// <typeparam name="TNext">The type of the routes' output.</typeparam>
    /// <param name="name">The name of the router; must be unique in the chain.</param>
    /// <param name="classifier">
    /// The step, given the value, the turn and a token. It returns candidates and then exactly one final route. The token is canceled when
    /// the turn ends or the budget runs out.
    /// </param>
    /// <param name="routes">A callback that adds the routes.</param>
    /// <param name="configure">A callback that sets the classifier's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<Hypothesis<string>>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<ReviseSetup<TOut, string>>? configure = null) =>
        Route(name, Lambdas.OfRevising(classifier), routes, configure);
}

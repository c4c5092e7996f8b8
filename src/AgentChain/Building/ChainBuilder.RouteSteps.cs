using System.Runtime.CompilerServices;
using AgentChain.Blocks;

namespace AgentChain.Building;

// A classifier that only throws fits every overload; it is taken for the synchronous one.
public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>Classifies the value with a cheap function and sends it down one of several routes.</summary>
    /// <typeparam name="TNext">What every route returns.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Returns the name of a route; synchronous and cheap.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <param name="configure">The classifier's options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(3)]
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, string> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockOptions<TOut, string>>? configure = null) =>
        Route(name, Lambdas.Of(classifier), routes, configure);

    /// <summary>Classifies the value with a cheap function and sends it down one of several routes.</summary>
    /// <typeparam name="TNext">What every route returns.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Returns the name of a route, given the value and the turn; synchronous and cheap.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <param name="configure">The classifier's options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(2)]
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, BlockContext, string> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockOptions<TOut, string>>? configure = null) =>
        Route(name, Lambdas.Of(classifier), routes, configure);

    /// <summary>Classifies the value with an asynchronous step and sends it down one of several routes.</summary>
    /// <typeparam name="TNext">What every route returns.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Returns the name of a route. Its token fires when the turn is over or its budget runs out.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <param name="configure">The classifier's options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(1)]
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, CancellationToken, ValueTask<string>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockOptions<TOut, string>>? configure = null) =>
        Route(name, Lambdas.Of(classifier), routes, configure);

    /// <summary>Classifies the value with an asynchronous step and sends it down one of several routes.</summary>
    /// <typeparam name="TNext">What every route returns.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Returns the name of a route. Its token fires when the turn is over or its budget runs out.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <param name="configure">The classifier's options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, CancellationToken, Task<string>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockOptions<TOut, string>>? configure = null) =>
        Route(name, Lambdas.OfTask(classifier), routes, configure);

    /// <summary>Classifies the value with an asynchronous step and sends it down one of several routes.</summary>
    /// <typeparam name="TNext">What every route returns.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Returns the name of a route, given the value, the turn and a token. Its token fires when the turn is over or its budget runs out.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <param name="configure">The classifier's options.</param>
    /// <returns>The longer chain.</returns>
    [OverloadResolutionPriority(1)]
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, BlockContext, CancellationToken, ValueTask<string>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockOptions<TOut, string>>? configure = null) =>
        Route(name, Lambdas.Of(classifier), routes, configure);

    /// <summary>Classifies the value with an asynchronous step and sends it down one of several routes.</summary>
    /// <typeparam name="TNext">What every route returns.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Returns the name of a route, given the value, the turn and a token. Its token fires when the turn is over or its budget runs out.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <param name="configure">The classifier's options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, BlockContext, CancellationToken, Task<string>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<BlockOptions<TOut, string>>? configure = null) =>
        Route(name, Lambdas.OfTask(classifier), routes, configure);

    /// <summary>Classifies the value with a step that publishes its leading candidate while it still decides, and sends it down one of several routes.</summary>
    /// <typeparam name="TNext">What every route returns.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Returns candidates, then exactly one final route. Its token fires when the turn is over or its budget runs out.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <param name="configure">The classifier's options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, CancellationToken, IAsyncEnumerable<Hypothesis<string>>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<ReviseOptions<TOut, string>>? configure = null) =>
        Route(name, Lambdas.OfRevising(classifier), routes, configure);

    /// <summary>Classifies the value with a step that publishes its leading candidate while it still decides, and sends it down one of several routes.</summary>
    /// <typeparam name="TNext">What every route returns.</typeparam>
    /// <param name="name">The router's name, unique in the chain.</param>
    /// <param name="classifier">Returns candidates, then exactly one final route; given the value, the turn and a token. Its token fires when the turn is over or its budget runs out.</param>
    /// <param name="routes">Adds the routes.</param>
    /// <param name="configure">The classifier's options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Route<TNext>(
        string name,
        Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<Hypothesis<string>>> classifier,
        Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>> routes,
        Action<ReviseOptions<TOut, string>>? configure = null) =>
        Route(name, Lambdas.OfRevising(classifier), routes, configure);
}

using AgentChain;
using AgentChain.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Provides the extension method that gives a registered chain inputs to warm up with.</summary>
public static class WarmUpServiceCollectionExtensions
{
    /// <summary>
    /// Gives a chain inputs that it runs, uncommitted, while its host starts:
    /// <see cref="ChainBase{TIn, TOut}.WarmUpAsync(IEnumerable{TIn}, CancellationToken)"/>.
    /// </summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The name with which the chain is registered, before or after this call.</param>
    /// <param name="inputs">
    /// The function that returns the inputs, called once, when the host starts. An exception that it throws, or a turn that does not
    /// complete, stops the host from starting.
    /// </param>
    /// <returns>The services.</returns>
    /// <remarks>Several calls add up. Without a host, the inputs are not run.</remarks>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static IServiceCollection AddAgentChainWarmUp<TIn>(
        this IServiceCollection services, string name, Func<IServiceProvider, IEnumerable<TIn>> inputs)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(inputs);
        return services.AddSingleton<WarmUpInputs>(new WarmUpInputs<TIn>(name, inputs));
    }
}

using AgentChain.Building;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AgentChain.DependencyInjection;

/// <summary>Registers chains.</summary>
public static class ChainServiceCollectionExtensions
{
    /// <summary>
    /// Registers a chain as a singleton under its name: <c>[FromKeyedServices("voice")] Chain&lt;PcmAudio, SpeechChunk&gt;</c>. Where it
    /// is the only one of its types it is found without the name too.
    /// </summary>
    /// <typeparam name="TIn">What the chain takes.</typeparam>
    /// <typeparam name="TOut">What it makes.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The chain's name: its key, and its section in the configuration, <c>AgentChain:name</c>. Any case, without ':'.</param>
    /// <param name="build">
    /// Builds the chain, once, from services and options; end it with <c>Build(options)</c>. The options come filled: the container's
    /// <c>ILoggerFactory</c>, <c>IMeterFactory</c>, <c>TimeProvider</c> and <c>IDeviceScheduler</c> where it has them, then the
    /// configuration, then what <c>services.Configure&lt;ChainOptions&gt;(name, ...)</c> says.
    /// </param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">The name is empty, holds a ':', is <c>Devices</c>, or is taken.</exception>
    /// <remarks>
    /// <para>
    /// Under <c>AgentChain:name</c> the configuration may set <c>Budget:FirstOutput</c>, <c>Budget:Total</c>, <c>Budget:Stall</c> and
    /// <c>Grace</c> (milliseconds as <c>800</c>, <c>"800 ms"</c>, <c>"1.5 s"</c> or a time span as <c>"00:00:00.8"</c>), <c>MaxTurns</c>,
    /// <c>MaxWaitingTurns</c>, <c>OutputCapacity</c> and <c>IncludeSensitiveData</c>. A value that cannot be read, and a key that is none of these, is an
    /// <see cref="OptionsValidationException"/> that names the key and the value, thrown when the host starts.
    /// </para>
    /// <para>
    /// With a host, chains are built and warmed up before any hosted service starts, in the order of registration, and drained in
    /// the reverse order after all hosted services have stopped; when the host's shutdown time runs out, the turns still inside are
    /// interrupted. Without a host, a chain is built when first asked for, and nothing warms it up. Dispose the container
    /// asynchronously, because chains are.
    /// </para>
    /// </remarks>
    public static IServiceCollection AddAgentChain<TIn, TOut>(
        this IServiceCollection services, string name, Func<IServiceProvider, ChainOptions, Chain<TIn, TOut>> build)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(build);
        CheckName(services, name);
        services.AddOptions();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<ChainOptions>, ChainOptionsSetup>(static sp => new(sp)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ChainLifecycle>(
            static sp => new(sp, sp.GetServices<ChainRegistration>())));
        services.AddSingleton<ChainRegistration>(new ChainRegistration<TIn, TOut>(name));
        services.AddKeyedSingleton(name, (sp, _) => build(sp, sp.GetRequiredService<IOptionsFactory<ChainOptions>>().Create(name)));
        services.TryAddSingleton(ChainRegistration<TIn, TOut>.Only);
        return services;
    }

    /// <summary>Registers a chain that makes one value, from its blocks alone: its name and its options are seen to.</summary>
    /// <typeparam name="TIn">What the chain takes.</typeparam>
    /// <typeparam name="TOut">What it makes.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The chain's name.</param>
    /// <param name="compose">Adds the blocks, which may come from the services.</param>
    /// <returns>The services.</returns>
    /// <inheritdoc cref="AddAgentChain{TIn,TOut}(IServiceCollection,string,Func{IServiceProvider,ChainOptions,Chain{TIn,TOut}})" path="/exception|/remarks"/>
    public static IServiceCollection AddAgentChain<TIn, TOut>(
        this IServiceCollection services, string name, Func<ChainBuilder<TIn, TIn>, IServiceProvider, ChainBuilder<TIn, TOut>> compose)
    {
        ArgumentNullException.ThrowIfNull(compose);
        return services.AddAgentChain(name, (sp, options) => Composed.NotNull(compose(Chain.From<TIn>(name), sp), $"the chain '{name}'").Build(options));
    }

    /// <summary>Registers a chain that makes a stream, from its blocks alone: its name and its options are seen to.</summary>
    /// <typeparam name="TIn">What the chain takes.</typeparam>
    /// <typeparam name="TOut">The items it makes.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The chain's name.</param>
    /// <param name="compose">Adds the blocks, which may come from the services.</param>
    /// <returns>The services.</returns>
    /// <inheritdoc cref="AddAgentChain{TIn,TOut}(IServiceCollection,string,Func{IServiceProvider,ChainOptions,Chain{TIn,TOut}})" path="/exception|/remarks"/>
    public static IServiceCollection AddAgentChain<TIn, TOut>(
        this IServiceCollection services, string name, Func<ChainBuilder<TIn, TIn>, IServiceProvider, StreamChainBuilder<TIn, TOut>> compose)
    {
        ArgumentNullException.ThrowIfNull(compose);
        return services.AddAgentChain(name, (sp, options) => Composed.NotNull(compose(Chain.From<TIn>(name), sp), $"the chain '{name}'").Build(options));
    }

    static void CheckName(IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains(':', StringComparison.Ordinal) || string.Equals(name, DeviceConfiguration.Section, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"A chain cannot be registered as '{name}': it is the section of the configuration '{ChainOptionsSetup.Section}', which has no ':' and is not '{DeviceConfiguration.Section}'.",
                nameof(name));
        }

        if (services.Any(s => s.ImplementationInstance is ChainRegistration other && string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"Two chains are registered as '{name}'; give each a name of its own.", nameof(name));
        }
    }
}

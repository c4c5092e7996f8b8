using AgentChain;
using AgentChain.Building;
using AgentChain.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Provides extension methods that register chains.</summary>
public static class ChainServiceCollectionExtensions
{
    /// <summary>
    /// Registers a chain as a singleton under its name: <c>[FromKeyedServices("voice")] Chain&lt;PcmAudio, SpeechChunk&gt;</c>. If it is
    /// the only chain of its types, it can also be resolved without the name.
    /// </summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <typeparam name="TOut">The type of the chain's output.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">
    /// The name of the chain: its service key, the name of its options, and its configuration section <c>AgentChain:name</c>. Keys of
    /// services and names of options are case-sensitive, as always; sections are not, so no two chains can have names that differ only in
    /// case. Without ':'.
    /// </param>
    /// <param name="build">
    /// The function that builds the chain, once, from services and options; it ends with <c>Build(options)</c>. The options are filled from
    /// the container (<c>ILoggerFactory</c>, <c>IMeterFactory</c>, <c>TimeProvider</c> and <c>IDeviceScheduler</c>, if registered), then
    /// from the configuration, then from <c>services.Configure&lt;ChainOptions&gt;(name, ...)</c>.
    /// </param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">
    /// The name is empty, contains ':', is <c>Devices</c>, or is already registered, in any case.
    /// </exception>
    /// <remarks>
    /// <para>
    /// The section <c>AgentChain:name</c> can set <c>Budget:FirstOutput</c>, <c>Budget:Total</c>, <c>Budget:Stall</c> and <c>Grace</c>
    /// (milliseconds as <c>800</c>, <c>"800 ms"</c>, <c>"1.5 s"</c> or a time span as <c>"00:00:00.8"</c>), <c>MaxTurns</c>,
    /// <c>MaxWaitingTurns</c>, <c>KeepWarm</c>, <c>OutputCapacity</c>, <c>IncludeSensitiveData</c>, and <c>Level</c>, <c>WasteShare</c>, <c>WasteBurst</c>,
    /// <c>HoldCapacity</c> and <c>HookTimeout</c> under <c>Speculation</c>. For a single block, the section <c>Blocks:block</c> can set
    /// <c>Budget:FirstOutput</c>, <c>Budget:Total</c>, <c>Budget:Stall</c>, <c>Concurrency</c>, <c>Capacity</c>, <c>Device</c>,
    /// <c>Client</c> and <c>Speculation</c> (<c>none</c>, <c>prefill</c> or <c>full</c>), which override the code; see
    /// <see cref="BlockOptions"/>. An unreadable value or an unknown key causes an
    /// <see cref="OptionsValidationException"/> that names the key and the value, thrown when the host starts. A section under
    /// <c>AgentChain</c> that belongs to no registered chain is logged as a warning when the host starts.
    /// </para>
    /// <para>
    /// With a host, chains are built and warmed up in the order of registration before any hosted service starts, and drained in
    /// reverse order after all hosted services have stopped. When the host's shutdown timeout expires, the remaining turns are
    /// interrupted. Without a host, a chain is built when it is first resolved and is not warmed up. Dispose the container
    /// asynchronously, because chains implement only <see cref="IAsyncDisposable"/>.
    /// </para>
    /// <para>
    /// In virtual time, create and use the container within the function of <c>VirtualWorld.Run</c>, register the world's clock as
    /// <see cref="TimeProvider"/>, and set its scheduler with
    /// <c>services.ConfigureAll&lt;ChainOptions&gt;(o =&gt; o.TaskScheduler = world.Scheduler)</c>. A host itself runs in real time.
    /// </para>
    /// </remarks>
    public static IServiceCollection AddAgentChain<TIn, TOut>(
        this IServiceCollection services, string name, Func<IServiceProvider, ChainOptions, Chain<TIn, TOut>> build) =>
        services.AddChain<Chain<TIn, TOut>, TIn, TOut>(name, build);

    /// <inheritdoc cref="AddAgentChain{TIn,TOut}(IServiceCollection,string,Func{IServiceProvider,ChainOptions,Chain{TIn,TOut}})"/>
    /// <summary>
    /// Registers a chain whose output is a stream as a singleton under its name:
    /// <c>[FromKeyedServices("voice")] StreamChain&lt;PcmAudio, SpeechChunk&gt;</c>. If it is the only one of its types, it is also found
    /// without the name.
    /// </summary>
    public static IServiceCollection AddAgentChain<TIn, TOut>(
        this IServiceCollection services, string name, Func<IServiceProvider, ChainOptions, StreamChain<TIn, TOut>> build) =>
        services.AddChain<StreamChain<TIn, TOut>, TIn, TOut>(name, build);

    /// <summary>Registers a chain that returns one value. Only its blocks are specified; the name and the options are applied.</summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <typeparam name="TOut">The type of the chain's output.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The name of the chain.</param>
    /// <param name="compose">The function that adds the blocks, which can come from the services.</param>
    /// <returns>The services.</returns>
    /// <inheritdoc cref="AddAgentChain{TIn,TOut}(IServiceCollection,string,Func{IServiceProvider,ChainOptions,Chain{TIn,TOut}})" path="/exception|/remarks"/>
    public static IServiceCollection AddAgentChain<TIn, TOut>(
        this IServiceCollection services, string name, Func<ChainBuilder<TIn, TIn>, IServiceProvider, ChainBuilder<TIn, TOut>> compose)
    {
        ArgumentNullException.ThrowIfNull(compose);
        return services.AddAgentChain(
            name, (sp, options) => Composed.NotNull(compose(Chain.From<TIn>(name), sp), $"the chain '{name}'").Build(options));
    }

    /// <summary>Registers a chain that produces a stream. Only its blocks are specified; the name and the options are applied.</summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <typeparam name="TOut">The type of the output items.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The name of the chain.</param>
    /// <param name="compose">The function that adds the blocks, which can come from the services.</param>
    /// <returns>The services.</returns>
    /// <inheritdoc cref="AddAgentChain{TIn,TOut}(IServiceCollection,string,Func{IServiceProvider,ChainOptions,Chain{TIn,TOut}})" path="/exception|/remarks"/>
    public static IServiceCollection AddAgentChain<TIn, TOut>(
        this IServiceCollection services, string name,
        Func<ChainBuilder<TIn, TIn>, IServiceProvider, StreamChainBuilder<TIn, TOut>> compose)
    {
        ArgumentNullException.ThrowIfNull(compose);
        return services.AddAgentChain(
            name, (sp, options) => Composed.NotNull(compose(Chain.From<TIn>(name), sp), $"the chain '{name}'").Build(options));
    }

    static IServiceCollection AddChain<TChain, TIn, TOut>(
        this IServiceCollection services, string name, Func<IServiceProvider, ChainOptions, TChain> build)
        where TChain : ChainBase<TIn, TOut>
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(build);
        CheckName(services, name);
        services.AddOptions();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<ChainOptions>, ChainOptionsSetup>(static sp => new(sp)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ChainLifecycle>(
            static sp => new(sp, sp.GetServices<ChainRegistration>(), sp.GetServices<WarmUpInputs>())));

        // So that an error about a key can name the keys there are.
        services.TryAddKeyedSingleton<IServiceCollection>((object)typeof(ChainOptions), services);
        services.AddSingleton<ChainRegistration>(new ChainRegistration<TChain, TIn, TOut>(name));
        services.AddKeyedSingleton(name, (sp, _) => build(sp, sp.GetRequiredService<IOptionsFactory<ChainOptions>>().Create(name)));
        services.TryAddSingleton(ChainRegistration<TChain, TIn, TOut>.Only);
        return services;
    }

    static void CheckName(IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains(':', StringComparison.Ordinal)
            || string.Equals(name, DeviceConfiguration.Section, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"A chain cannot be registered as '{name}': the name is also its section under '{ChainOptionsSetup.Section}' in the configuration, so it must not contain ':' or be '{DeviceConfiguration.Section}'.",
                nameof(name));
        }

        if (services.Select(s => s.ImplementationInstance).OfType<ChainRegistration>()
            .FirstOrDefault(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)) is { } twin)
        {
            throw new ArgumentException(
                $"A chain cannot be registered as '{name}': '{twin.Name}' is registered already. Give each chain a name that differs in more than case.",
                nameof(name));
        }
    }
}

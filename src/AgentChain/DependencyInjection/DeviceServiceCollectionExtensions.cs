using AgentChain.Devices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentChain.DependencyInjection;

/// <summary>Registers the devices that chains share.</summary>
public static class DeviceServiceCollectionExtensions
{
    /// <summary>Registers a device scheduler that all chains of the container share.</summary>
    /// <param name="services">The services.</param>
    /// <param name="devices">The devices; none for the host's processor alone.</param>
    /// <returns>The services.</returns>
    /// <inheritdoc cref="AddAgentChainDevices(IServiceCollection,Func{IServiceProvider,IEnumerable{ComputeDevice}})" path="/remarks"/>
    public static IServiceCollection AddAgentChainDevices(this IServiceCollection services, params ComputeDevice[] devices) =>
        services.AddAgentChainDevices(_ => devices);

    /// <summary>Registers a device scheduler that all chains of the container share, unless one is registered.</summary>
    /// <param name="services">The services.</param>
    /// <param name="discover">Finds the devices, once, when the first chain is built; none for the host's processor alone.</param>
    /// <returns>The services.</returns>
    /// <remarks>
    /// The configuration may set <c>AgentChain:Devices:Policy</c>: <c>pinned</c>, <c>least-loaded</c> (the default) or the name of an
    /// <see cref="IDevicePlacementPolicy"/> in the container, which goes before a built-in one of its name; and
    /// <c>AgentChain:Devices:CpuLanes</c>, how many lanes the host's processor has. What is wrong there is an
    /// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> when the first chain is built.
    /// </remarks>
    public static IServiceCollection AddAgentChainDevices(this IServiceCollection services, Func<IServiceProvider, IEnumerable<ComputeDevice>> discover)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(discover);
        services.TryAddSingleton<IDeviceScheduler>(sp => DeviceConfiguration.MakeScheduler(sp, discover(sp)));
        return services;
    }
}

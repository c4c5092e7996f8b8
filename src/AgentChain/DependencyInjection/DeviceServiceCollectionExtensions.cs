using AgentChain;
using AgentChain.DependencyInjection;
using AgentChain.Devices;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Provides extension methods that register the devices that chains share.</summary>
public static class DeviceServiceCollectionExtensions
{
    /// <summary>Registers a device scheduler that all chains of the container share, unless one is already registered.</summary>
    /// <param name="services">The services.</param>
    /// <param name="devices">The devices. If empty, the host's processor is the only device.</param>
    /// <returns>The services.</returns>
    /// <inheritdoc cref="AddAgentChainDevices(IServiceCollection,Func{IServiceProvider,IEnumerable{ComputeDevice}})" path="/remarks"/>
    public static IServiceCollection AddAgentChainDevices(this IServiceCollection services, params ComputeDevice[] devices) =>
        services.AddAgentChainDevices(_ => devices);

    /// <summary>Registers a device scheduler that all chains of the container share, unless one is already registered.</summary>
    /// <param name="services">The services.</param>
    /// <param name="discover">
    /// The function that finds the devices. It is called once, when the first chain is built. If it returns none, the host's processor is
    /// the only device.
    /// </param>
    /// <returns>The services.</returns>
    /// <remarks>
    /// The configuration can set <c>AgentChain:Devices:Policy</c> to <c>pinned</c>, <c>least-loaded</c>, <c>round-robin</c>,
    /// <c>power-of-two</c>, <c>deadline-aware</c> (the default), <c>planned</c> (a <see cref="AgentChain.Placement.PlannedPolicy"/> without a
    /// plan, see <see cref="DeviceScheduler.Policy"/>) or the name of an <see cref="IDevicePlacementPolicy"/> in the container, which takes precedence over a built-in
    /// policy of the same name. It can also set <c>AgentChain:Devices:CpuLanes</c>, the number of lanes of the host's processor. An invalid
    /// value or key causes an <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> when the first chain is built.
    /// </remarks>
    public static IServiceCollection AddAgentChainDevices(
        this IServiceCollection services, Func<IServiceProvider, IEnumerable<ComputeDevice>> discover)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(discover);
        services.TryAddSingleton<IDeviceScheduler>(sp => DeviceConfiguration.MakeScheduler(sp, discover(sp)));
        return services;
    }
}

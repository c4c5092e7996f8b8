using AgentChain.Devices;
using AgentChain.Placement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentChain.DependencyInjection;

/// <summary>Creates the device scheduler from the configuration.</summary>
static class DeviceConfiguration
{
    /// <summary>The device section, a sibling of the chain sections.</summary>
    public const string Section = "Devices";

    public static DeviceScheduler MakeScheduler(IServiceProvider services, IEnumerable<ComputeDevice> devices)
    {
        ComputeDevice[] present = [.. devices];
        present = present.Length == 0 ? [ComputeDevice.Cpu()] : present;
        IDevicePlacementPolicy? policy = null;
        if (services.GetService<IConfiguration>() is { } configuration)
        {
            var reader = new ConfigurationReader(configuration.GetSection(ChainOptionsSetup.Section).GetSection(Section));
            policy = Policy(reader, [.. services.GetServices<IDevicePlacementPolicy>()]);
            if (reader.Count("CpuLanes") is { } lanes)
            {
                present = [.. present.Select(d => d.Kind == DeviceKind.Cpu ? d with { Lanes = lanes } : d)];
            }

            reader.ThrowIfWrong(Section, typeof(DeviceScheduler));
        }

        return new DeviceScheduler(present, policy) { Time = services.GetService<TimeProvider>() ?? TimeProvider.System };
    }

    static IDevicePlacementPolicy? Policy(ConfigurationReader reader, IDevicePlacementPolicy[] registered)
    {
        if (reader.Text("Policy") is not { } name)
        {
            return null;
        }

        if (registered.LastOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)) is { } own)
        {
            return own;
        }

        if (string.Equals(name, PlannedPolicy.PolicyName, StringComparison.OrdinalIgnoreCase))
        {
            return new PlannedPolicy();
        }

        if (DevicePlacementPolicies.Names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return DevicePlacementPolicies.FromName(name);
        }

        reader.Wrong("Policy", name, $"must be the name of a placement policy; available policies: {string.Join(", ", DevicePlacementPolicies.Names.Append(PlannedPolicy.PolicyName).Concat(registered.Select(p => p.Name)))}");
        return null;
    }
}

using AgentChain.Devices;
using AgentChain.Placement;

namespace AgentChain.Building;

/// <summary>What a chain and the plan of devices that its scheduler follows need of each other.</summary>
static class BlueprintPlan
{
    /// <summary>Returns the plan that a scheduler follows; null if it follows none.</summary>
    public static PlacementPlan? PlanOf(IDeviceScheduler scheduler) => (scheduler as DeviceScheduler)?.Policy is PlannedPolicy policy ? policy.Plan : null;

    /// <summary>Whether a block requests a device, or has works that do.</summary>
    public static bool HasPlaces(IReadOnlyList<BlueprintNode> nodes) =>
        BlueprintNode.All(nodes).Any(block => block.Node.Settings.Device is not null || block.Node.Blocks.OfType<IHasInnerDevices>().Any());

    /// <summary>Returns the devices that are not lost.</summary>
    /// <exception cref="PlacementException">All are.</exception>
    public static IReadOnlyList<ComputeDevice> Present(string chain, IReadOnlyList<ComputeDevice> devices, IDeviceScheduler scheduler)
    {
        ComputeDevice[] present = [.. devices.Where(scheduler.IsPresent)];
        return present.Length > 0 ? present : throw new PlacementException(
            PlacementObstacle.Device,
            $"All devices of the chain '{chain}' are lost ({string.Join(", ", devices.Select(device => device.Name))}), so there is nothing to place its blocks on. Bring one back with DeviceScheduler.Restore.");
    }

    /// <summary>Requires a device that is not lost for each block that requests one.</summary>
    /// <exception cref="PlacementException">All on which a block may run are lost.</exception>
    public static void EachHasADevice(
        string chain, IReadOnlyList<BlueprintNode> nodes, IReadOnlyList<ComputeDevice> devices, IReadOnlyList<ComputeDevice> present)
    {
        foreach ((BlueprintNode node, string name) in BlueprintNode.All(nodes))
        {
            if (node.Settings.Device is { } request)
            {
                HasADevice(chain, name, request, devices, present);
            }
        }
    }

    /// <summary>Requires a device that is not lost for the phases of each block that leases devices for them.</summary>
    /// <exception cref="PlacementException">All that a phase may use are lost.</exception>
    public static void EachPhaseHasADevice(
        string chain, IReadOnlyList<BlueprintNode> nodes, IReadOnlyList<ComputeDevice> devices, IReadOnlyList<ComputeDevice> present)
    {
        foreach ((BlueprintNode node, string name) in BlueprintNode.All(nodes))
        {
            foreach (InnerDevice inner in BlueprintPlacement.PhasesOf(node))
            {
                HasADevice(chain, name, inner.Device, devices, present);
            }
        }
    }

    /// <summary>Requires the scheduler to follow the plans of a keeper. A policy of the host may do so inside.</summary>
    /// <exception cref="InvalidOperationException">It follows others, or none.</exception>
    public static void CheckPolicy(string chain, IDeviceScheduler scheduler, PlacementKeeper keeper)
    {
        if ((scheduler as DeviceScheduler)?.Policy is { } policy && !ReferenceEquals(policy, keeper.Policy) && policy.GetType().Assembly == typeof(PlannedPolicy).Assembly)
        {
            throw new InvalidOperationException(
                $"The scheduler of the chain '{chain}' places blocks by {(policy is PlannedPolicy ? "another PlannedPolicy" : $"the policy '{policy.Name}'")}, so the plans of this keeper would have no effect. Create the scheduler with the keeper's PlannedPolicy, or the keeper with DeviceScheduler.Policy.");
        }
    }

    /// <summary>Returns the names of the devices that are lost.</summary>
    public static IReadOnlyList<string> LostOf(IDeviceScheduler scheduler) =>
        [.. scheduler.Devices.Where(device => !scheduler.IsPresent(device)).Select(device => device.Name)];

    /// <summary>Finds blocks that a plan places where they cannot run.</summary>
    public static void Check(string chain, IReadOnlyList<BlueprintNode> nodes, IDeviceScheduler scheduler)
    {
        if (PlanOf(scheduler) is not { } plan)
        {
            return;
        }

        List<string> errors = [];
        foreach ((BlueprintNode node, string name) in BlueprintNode.All(nodes))
        {
            if (node.Settings.Device is { } request && plan.DeviceOf(name) is { } planned
                && !scheduler.Devices.Any(device => request.Accepts(device) && device.IsNamed(planned)))
            {
                errors.Add($"Block '{name}' requests {request}, but the plan of the scheduler's PlannedPolicy places it on {planned}; available devices: {string.Join(", ", scheduler.Devices.Select(device => device.Name))}. Make the plan from the chain with ToPlacementProblem, or change the request.");
            }
        }

        if (errors.Count > 0)
        {
            throw new ChainValidationException(chain, errors);
        }
    }

    /// <summary>Says where a plan places a block, and whether that device is lost; null if it does not.</summary>
    public static string? Note(PlacementPlan? plan, IReadOnlyList<string> lost, string name)
    {
        PlacementRow[] rows = [.. (plan?.Phases ?? []).Where(row => row.Block == name)];
        return rows.Length == 0 ? null : string.Join(", ", rows.Select(row =>
            $"{(row.Phase == WorkPhase.Whole ? "placed" : row.Phase == WorkPhase.Prefill ? "prefill" : "decode")} on {row.Device}"
            + (lost.Contains(row.Device, StringComparer.OrdinalIgnoreCase) ? ", which is lost" : "")));
    }

    static void HasADevice(
        string chain, string block, in DeviceRequest request, IReadOnlyList<ComputeDevice> devices, IReadOnlyList<ComputeDevice> present)
    {
        ComputeDevice[] able = [.. devices.Where(request.Accepts)];
        if (able.Length > 0 && !able.Any(present.Contains))
        {
            throw new PlacementException(
                PlacementObstacle.Device,
                $"All devices on which the block '{block}' of the chain '{chain}' may run are lost ({string.Join(", ", able.Select(device => device.Name))}), so there is no plan for it. Bring one back with DeviceScheduler.Restore, or request another one with DeviceRequest.Or.");
        }
    }
}

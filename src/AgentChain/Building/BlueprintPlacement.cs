using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Placement;

namespace AgentChain.Building;

/// <summary>Finds the phases of a chain that are placed on devices. Create one for each problem.</summary>
/// <param name="costs">The learned costs; null for none.</param>
/// <param name="devices">The devices of the scheduler that are there.</param>
sealed class BlueprintPlacement(CostBook? costs, IReadOnlyList<ComputeDevice> devices)
{
    readonly List<PlacementPhase> _phases = [];

    /// <summary>Returns the phases: a block each, of those that request a device.</summary>
    public IReadOnlyList<PlacementPhase> Phases(IReadOnlyList<BlueprintNode> nodes)
    {
        Series(nodes, "", [], rounds: 1, share: 1);
        return _phases;
    }

    /// <summary>Adds nodes that follow each other, and returns the phases that the next one comes after.</summary>
    IReadOnlyList<string> Series(IReadOnlyList<BlueprintNode> nodes, string prefix, IReadOnlyList<string> after, int rounds, double share)
    {
        foreach (BlueprintNode node in nodes)
        {
            string inside = node.PrefixInside(prefix);
            int inRounds = node.Kind == NodeKind.Loop ? (int)Math.Min((long)rounds * (node.MaxRounds ?? 1), int.MaxValue) : rounds;

            // A turn takes one route: each has an equal part of the load.
            double inShare = node.Kind == NodeKind.Route && node.Branches.Count > 0 ? share / node.Branches.Count : share;
            after = Own(node, prefix + node.Name, after, rounds, share);
            IReadOnlyList<string> before = after;
            after = node.Branches.Count == 0
                ? after
                : [.. node.Branches.SelectMany(branch => Series(branch.Nodes, inside, before, inRounds, inShare)).Distinct()];
        }

        return after;
    }

    IReadOnlyList<string> Own(BlueprintNode node, string name, IReadOnlyList<string> after, int rounds, double share)
    {
        if (node.Kind is not (NodeKind.Block or NodeKind.Stream or NodeKind.Each or NodeKind.Revise or NodeKind.Route))
        {
            return after;
        }

        if (node.Settings.Device is not { } request)
        {
            return Inner(node, name, after, rounds, share);
        }

        Dictionary<string, PhaseTime> times = new(StringComparer.OrdinalIgnoreCase);
        foreach (ComputeDevice device in devices.Where(request.Accepts))
        {
            if (TimeOn(name, device, node.Settings) is { } time)
            {
                times[device.Name] = time with
                {
                    Mean = PhaseTime.ToTime(time.Mean.TotalSeconds * rounds),
                    Busy = PhaseTime.ToTime(time.Busy.TotalSeconds * rounds * share),
                };
            }
        }

        _phases.Add(new PlacementPhase(name) { Device = request, Times = times, After = after });
        return [name];
    }

    /// <summary>Adds the phases of a block that leases a device for each, once their times are known on all devices.</summary>
    IReadOnlyList<string> Inner(BlueprintNode node, string name, IReadOnlyList<string> after, int rounds, double share)
    {
        List<PlacementPhase> phases = [];
        foreach (InnerDevice inner in PhasesOf(node))
        {
            Dictionary<string, PhaseTime> times = new(StringComparer.OrdinalIgnoreCase);
            foreach (ComputeDevice device in inner.Device.Among(devices))
            {
                if (Known($"{name}/{inner.Work}", device, CostPart.OnLane) is not { } known)
                {
                    return after;
                }

                (double mean, double variance) = known.Typical();
                times[device.Name] = new PhaseTime(PhaseTime.ToTime(mean * rounds))
                {
                    Busy = PhaseTime.ToTime(mean * rounds * share),
                    Variation = mean > 0 ? Math.Min(100, Math.Sqrt(variance) / mean) : 0,
                };
            }

            if (times.Count == 0)
            {
                return after;
            }

            phases.Add(new PlacementPhase(name, inner.Phase) { Device = inner.Device, Times = times, After = phases.Count == 0 ? after : [phases[^1].Name] });
        }

        _phases.AddRange(phases);
        return phases.Count == 0 ? after : [phases[^1].Name];
    }

    /// <summary>Returns the devices that the phases of a block request.</summary>
    public static IEnumerable<InnerDevice> PhasesOf(BlueprintNode node) =>
        node.InnerDevices.Where(inner => inner.Phase != WorkPhase.Whole).DistinctBy(inner => inner.Phase).OrderBy(inner => inner.Phase);

    /// <summary>Returns the learned time on a device; without one, the declared one; null if nothing is known.</summary>
    PhaseTime? TimeOn(string name, ComputeDevice device, BlockSettings settings)
    {
        LearnedCost? total = Known(name, device, CostPart.Total), first = Known(name, device, CostPart.FirstOutput);
        if ((first ?? total ?? (settings.Cost is { } model ? new LearnedCost(model) : null)) is not { } known)
        {
            return null;
        }

        (double mean, double variance) = known.Typical();
        return new PhaseTime(CostModel.ToTime(mean))
        {
            Busy = CostModel.ToTime(total?.Typical().Mean ?? mean),
            Variation = mean > 0 ? Math.Min(100, Math.Sqrt(variance) / mean) : 0,
        };
    }

    LearnedCost? Known(string name, ComputeDevice device, CostPart part) =>
        costs?.Find(name, device.Name, part) is { CanPredict: true } cost ? cost : null;
}

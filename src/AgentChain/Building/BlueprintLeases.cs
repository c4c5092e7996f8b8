using AgentChain.Devices;

namespace AgentChain.Building;

/// <summary>Finds blocks of one stream that would wait for each other's leases forever.</summary>
static class BlueprintLeases
{
    /// <summary>
    /// Finds a block that could never get a lease: the blocks upstream of it in the same stream hold them all, and wait for it.
    /// </summary>
    public static void Check(
        IReadOnlyList<BlueprintNode> nodes, string prefix, IReadOnlyList<ComputeDevice> devices, List<string> errors)
    {
        List<(string Name, HashSet<string> Devices)> streaming = [];
        foreach (BlueprintNode node in nodes)
        {
            if (node.Kind is not (NodeKind.Stream or NodeKind.Each or NodeKind.Regroup))
            {
                streaming.Clear();
                continue;
            }

            if (node.Settings.Device is not { } device)
            {
                continue;
            }

            IReadOnlyList<ComputeDevice> present = device.Among(devices);
            streaming.Add((prefix + node.Name, [.. present.Select(d => d.Name)]));
            HashSet<string> wanted = streaming[^1].Devices;
            string[] rivals = [.. streaming.Where(s => s.Devices.Count > 0 && s.Devices.IsSubsetOf(wanted)).Select(s => s.Name)];
            int leases = present.Sum(d => Math.Min(d.MaxLeases, nodes.Count));
            if (present.Count > 0 && rivals.Length > leases)
            {
                errors.Add(OptionCheck.Text(
                    $"Block '{rivals[^1]}' waits for a lease that '{string.Join("', '", rivals[..^1])}' holds while it streams into it: {string.Join(", ", wanted)} has {leases} (MaxLeases). Raise it to at least {rivals.Length} for each turn that runs at once."));
            }
        }
    }
}

using AgentChain.Blocks;
using AgentChain.Costs;

namespace AgentChain.Building;

/// <summary>Finds the learned costs of a chain.</summary>
static class BlueprintCosts
{
    /// <summary>Returns the host's costs; new ones if they are needed or a block declares a cost; otherwise, null.</summary>
    /// <param name="chain">The name of the chain.</param>
    /// <param name="costs">The host's costs; null for none.</param>
    /// <param name="needed">Whether the chain needs costs even if no block declares one.</param>
    /// <param name="nodes">The nodes of the chain.</param>
    /// <exception cref="ChainValidationException">
    /// The costs know a block that the chain does not have, so they belong to another chain.
    /// </exception>
    public static CostBook? Of(string chain, CostBook? costs, bool needed, IReadOnlyList<BlueprintNode> nodes)
    {
        (BlueprintNode Node, string Name)[] all = [.. BlueprintNode.All(nodes)];
        if (costs is null)
        {
            return needed || Array.Exists(all, block => block.Node.Settings is { Cost: not null } or { Features: not null }) ? new CostBook() : null;
        }

        HashSet<string> names = new(all.Select(block => block.Name), StringComparer.Ordinal);
        names.UnionWith(all.Where(block => block.Node.HasFallbackBlock).Select(block => BlueprintNode.FallbackOf(block.Name)));
        string[] unknown = [.. costs.Entries.Select(entry => entry.Block).Distinct().Where(block => !names.Contains(block) && !IsWork(block, all))];
        return unknown.Length == 0
            ? costs
            : throw new ChainValidationException(
                chain,
                [
                    $"The learned costs know the blocks {string.Join(", ", unknown.Select(name => $"'{OptionCheck.Visible(name)}'"))}, which the chain does not have; "
                    + "a book of costs belongs to one chain. Load that of this chain, or start with a new one.",
                ]);
    }

    /// <summary>Returns what is known of the works inside the blocks, in the order of the chain.</summary>
    public static IReadOnlyList<WorkTime> Works(CostBook? costs, IReadOnlyList<BlueprintNode> nodes)
    {
        (BlueprintNode Node, string Name)[] all = [.. BlueprintNode.All(nodes)];
        HashSet<string> names = new(all.Select(block => block.Name), StringComparer.Ordinal);
        (string Block, string Device, CostPart Part)[] works =
            [.. (costs?.Entries ?? []).Where(entry => entry.Part == CostPart.OnLane && !names.Contains(entry.Block))];
        return
        [
            .. all.SelectMany(block => works.Where(work => IsWork(work.Block, [block])))
                .Select(work => TimeOf(work.Block, work.Device, costs!.Of(work.Block, work.Device, CostPart.OnLane))),
        ];
    }

    static WorkTime TimeOf(string work, string device, LearnedCost cost)
    {
        double[] samples = cost.Samples(BudgetPlanner.Samples);
        return new(work, device, cost.Runs, CostModel.ToTime(samples[samples.Length / 2]), CostModel.ToTime(samples[(int)(samples.Length * 0.99)]));
    }

    /// <summary>Whether a name is that of a work inside one of the blocks, which is <c>block/work</c>.</summary>
    static bool IsWork(string name, (BlueprintNode Node, string Name)[] all) =>
        Array.Exists(all, block => block.Node.Branches.Count == 0 && name.Length > block.Name.Length + 1
            && name[block.Name.Length] == '/' && name.StartsWith(block.Name, StringComparison.Ordinal));

    /// <summary>
    /// Returns the planned device, or without a plan the one that ran a block most, and its cost there, or the declared cost, for example if the host looked the cost up before
    /// the first run; null if nothing is known.
    /// </summary>
    public static (string Device, LearnedCost? Cost) Find(CostBook? costs, string name, BlockSettings settings, CostPart part, string? planned = null)
    {
        if (planned is not null && costs?.Find(name, planned, part) is { CanPredict: true } there)
        {
            return (planned, there);
        }

        (string Device, LearnedCost? Cost) most = (settings.Device?.ToString() ?? "", null);
        foreach ((string block, string device, CostPart one) in costs?.Entries ?? [])
        {
            if (block == name && one == part && costs!.Find(block, device, one) is { } cost && (most.Cost is null || cost.Runs > most.Cost.Runs))
            {
                most = (device, cost);
            }
        }

        return most.Cost is { CanPredict: true } ? most : (most.Device, settings.Cost is { } model ? new LearnedCost(model) : null);
    }
}

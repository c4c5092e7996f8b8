using AgentChain.Costs;
using AgentChain.Placement;

namespace AgentChain.Building;

/// <summary>Splits a chain's budget over its blocks, and explains it. Create one for each plan.</summary>
/// <param name="chain">The name of the chain.</param>
/// <param name="options">The options of the chain.</param>
/// <param name="costs">The learned costs; null for none.</param>
/// <param name="streams">Whether the chain produces a stream.</param>
/// <param name="placement">The plan that says on which devices the blocks run; null for none.</param>
sealed class BlueprintBudgets(string chain, ChainOptions options, CostBook? costs, bool streams, PlacementPlan? placement)
{
    readonly BudgetPlanner _planner = new();
    readonly List<BudgetPart.Block> _blocks = [];
    readonly List<string> _unknown = [];
    readonly List<string> _notCounted = [];

    /// <summary>Returns the plan of the chain.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="isInForce">Whether the chain was built with its split.</param>
    public BudgetPlan Plan(IReadOnlyList<BlueprintNode> nodes, bool isInForce)
    {
        BudgetPart whole = Series(nodes, "");
        double[] samples = _planner.Compose(whole);
        Array.Sort(samples);
        TimeSpan? limit = streams ? options.Budget.FirstOutputLimit : options.Budget.FirstOutputLimit ?? options.Budget.TotalLimit;
        IReadOnlyDictionary<BudgetPart.Block, TimeSpan> budgets =
            limit is { } time && _unknown.Count == 0 ? _planner.Split(whole, time) : new Dictionary<BudgetPart.Block, TimeSpan>();
        int onTime = limit is { } most ? samples.Count(sample => sample <= most.TotalSeconds) : 0;
        return new BudgetPlan
        {
            Chain = chain,
            IsInForce = isInForce,
            Limit = limit,
            Target = options.OnTimeTarget,
            OnTime = limit is null || _unknown.Count > 0 ? null : (double)onTime / samples.Length,
            Median = CostModel.ToTime(samples[samples.Length / 2]),
            P99 = CostModel.ToTime(samples[(int)(samples.Length * 0.99)]),
            Blocks = [.. _blocks.Select(block => Row(block, budgets))],
            Unknown = [.. _unknown],
            NotCounted = [.. _notCounted],
        };
    }

    /// <summary>
    /// Returns the nodes with their shares of the budget, if the host asks for a target and all costs are known; otherwise, the nodes.
    /// </summary>
    /// <exception cref="ChainValidationException">The target cannot be met.</exception>
    public IReadOnlyList<BlueprintNode> Apply(IReadOnlyList<BlueprintNode> nodes, out Dictionary<string, LatencyBudget> shares)
    {
        shares = new(StringComparer.Ordinal);
        if (options.OnTimeTarget is null)
        {
            return nodes;
        }

        BudgetPlan plan = Plan(nodes, isInForce: true);
        if (plan.Unknown.Count > 0 && options.Costs is null)
        {
            throw new ChainValidationException(
                chain,
                [
                    $"ChainOptions.OnTimeTarget is set, but the costs of these blocks are unknown, and what the chain learns is not kept for its next build: {string.Join(", ", plan.Unknown.Select(name => $"'{name}'"))}. "
                    + "Set ChainOptions.Costs, declare the costs of the blocks, or remove the target.",
                ]);
        }
        if (plan.Misses)
        {
            throw new ChainValidationException(
                chain, [$"The budget cannot be met as often as asked. Raise the budget, lower OnTimeTarget, or make a block faster.\n{plan}"]);
        }

        // The first output of a block that publishes hypotheses is not what the others wait for.
        HashSet<string> wholes = [.. BlueprintNode.All(nodes).Where(block => block.Node.Kind == NodeKind.Revise).Select(block => block.Name)];
        foreach (BudgetRow row in plan.Blocks.Where(row => row is { IsDeclared: false, Budget: not null }))
        {
            TimeSpan share = row.Budget!.Value;
            shares[row.Block] = wholes.Contains(row.Block) ? LatencyBudget.Total(share) : LatencyBudget.FirstOutput(share);
        }

        return shares.Count == 0 ? nodes : With(nodes, "", shares);
    }

    static IReadOnlyList<BlueprintNode> With(IReadOnlyList<BlueprintNode> nodes, string prefix, Dictionary<string, LatencyBudget> shares) =>
    [
        .. nodes.Select(node => node with
        {
            Settings = shares.TryGetValue(prefix + node.Name, out LatencyBudget share)
                ? node.Settings with { Budget = share }
                : node.Settings,
            Branches = [.. node.Branches.Select(branch => branch with { Nodes = With(branch.Nodes, node.PrefixInside(prefix), shares) })],
        }),
    ];

    BudgetPart.Series Series(IReadOnlyList<BlueprintNode> nodes, string prefix) =>
        new([.. nodes.SelectMany(node => PartsOf(node, prefix))]);

    BudgetPart[] PartsOf(BlueprintNode node, string prefix)
    {
        int blocks = _blocks.Count, unknown = _unknown.Count;
        BudgetPart[] branches = [.. node.Branches.Select(branch => Series(branch.Nodes, node.PrefixInside(prefix)))];
        switch (node.Kind)
        {
            case NodeKind.SubChain:
                return LimitOf(node, !node.ReturnsOne) is { } limit ? [SubChain(node, prefix, branches[0], limit, blocks, unknown)] : branches;
            case NodeKind.Loop:
                return [new BudgetPart.Rounds(new BudgetPart.Series(branches), node.MaxRounds ?? 1)];
            case NodeKind.Parallel:
                return [new BudgetPart.Branches(branches)];
            case NodeKind.Route:
                return [.. Own(node, prefix), new BudgetPart.Branches(branches)];
            case NodeKind.Regroup or NodeKind.Collect:
                _notCounted.Add(prefix + node.Name);
                return [];
            default:
                return Own(node, prefix);
        }
    }

    BudgetPart[] Own(BlueprintNode node, string prefix)
    {
        string name = prefix + node.Name;
        CostPart part = node.CountedPart;
        (string device, LearnedCost? cost) = BlueprintCosts.Find(costs, name, node.Settings, part, placement?.DeviceOf(name));
        double[] samples = cost?.Samples(BudgetPlanner.Samples) ?? [];
        TimeSpan? own = LimitOf(node, part == CostPart.FirstOutput);
        if (samples.Length == 0 && own is { } declared)
        {
            // A block that has never run counts as its budget.
            samples = AllTaking(declared);
        }

        if (samples.Length == 0)
        {
            if (!node.IsFused)
            {
                _unknown.Add(name);
            }

            return [];
        }

        var block = new BudgetPart.Block(name, device, samples, own, node.Settings.Overrun != OverrunAction.Report, MayGet: !node.IsFused);
        _blocks.Add(block);
        return [block];
    }

    /// <summary>
    /// Returns a sub-chain with a budget of its own. It has a row before those of its blocks. While the cost of a block inside is unknown, the
    /// sub-chain counts as its budget.
    /// </summary>
    BudgetPart SubChain(BlueprintNode node, string prefix, BudgetPart inside, TimeSpan own, int blocks, int unknown)
    {
        bool isKnown = _unknown.Count == unknown;
        _unknown.RemoveRange(unknown, _unknown.Count - unknown);
        double[] samples = isKnown ? _planner.Compose(inside) : AllTaking(own);
        Array.Sort(samples);
        bool isCut = node.Settings.Overrun != OverrunAction.Report;
        var whole = new BudgetPart.Block(prefix + node.Name, "", samples, own, isCut, MayGet: false);
        _blocks.Insert(blocks, whole);
        return isKnown ? new BudgetPart.Limited(inside, own, isCut) : whole;
    }

    static TimeSpan? LimitOf(BlueprintNode node, bool toFirst) => node.Settings.Budget is var budget && toFirst
        ? budget.FirstOutputLimit ?? budget.TotalLimit
        : budget.TotalLimit ?? budget.FirstOutputLimit;

    static double[] AllTaking(TimeSpan time) => [.. Enumerable.Repeat(time.TotalSeconds, BudgetPlanner.Samples)];

    static BudgetRow Row(BudgetPart.Block block, IReadOnlyDictionary<BudgetPart.Block, TimeSpan> budgets) => new(
        block.Name,
        block.Device,
        CostModel.ToTime(block.Samples[block.Samples.Length / 2]),
        CostModel.ToTime(block.Samples[(int)(block.Samples.Length * 0.99)]),
        block.Own ?? (budgets.TryGetValue(block, out TimeSpan share) ? share : null),
        block.Own is not null);
}

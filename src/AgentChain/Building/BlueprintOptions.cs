using AgentChain.Blocks;
using AgentChain.Devices;

namespace AgentChain.Building;

/// <summary>Applies the options of single blocks, which may come from configuration, to the settings in code.</summary>
static class BlueprintOptions
{
    /// <summary>Returns the nodes of a chain with the options applied.</summary>
    /// <param name="chain">The name of the chain.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="options">The options by the full names of the blocks; for a block of a sub-chain, <c>sub-chain/block</c>.</param>
    /// <exception cref="ChainValidationException">
    /// An option has a bad value, or belongs to no block, or to a block that cannot have it.
    /// </exception>
    public static IReadOnlyList<BlueprintNode> Apply(
        string chain, IReadOnlyList<BlueprintNode> nodes, IDictionary<string, BlockOptions> options)
    {
        List<string> errors = [];
        Check(nodes, options, errors);
        return errors.Count == 0 ? Apply(nodes, options, "") : throw new ChainValidationException(chain, errors);
    }

    /// <summary>Returns the nodes with the options applied. Nodes without options are returned as they are.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="options">The options by the full names of the blocks; for a block of a sub-chain, <c>sub-chain/block</c>.</param>
    /// <param name="prefix">The prefix of the names.</param>
    static IReadOnlyList<BlueprintNode> Apply(IReadOnlyList<BlueprintNode> nodes, IDictionary<string, BlockOptions> options, string prefix)
    {
        if (options.Count == 0)
        {
            return nodes;
        }

        return
        [
            .. nodes.Select(node => node with
            {
                Settings = Apply(prefix + node.Name, node.Settings, options),
                Branches =
                [
                    .. node.Branches.Select(branch => branch with { Nodes = Apply(branch.Nodes, options, node.PrefixInside(prefix)) }),
                ],
            }),
        ];
    }

    /// <summary>Returns a block's settings with its options applied.</summary>
    public static BlockSettings Apply(string name, BlockSettings settings, IDictionary<string, BlockOptions> options) =>
        options.Count > 0 && options.TryGetValue(name, out BlockOptions? own) && own is not null
            ? settings with
            {
                Budget = Merge(settings.Budget, own.Budget),
                Concurrency = own.Concurrency ?? settings.Concurrency,
                Capacity = own.Capacity ?? settings.Capacity,
                Device = own.Device is { } device ? DeviceRequest.Named(device) : settings.Device,
                Speculation = own.Speculation ?? settings.Speculation,
            }
            : settings;

    /// <summary>Adds an error for each option that belongs to no block, or to a block that cannot have it.</summary>
    static void Check(IReadOnlyList<BlueprintNode> nodes, IDictionary<string, BlockOptions> options, List<string> errors)
    {
        Dictionary<string, BlueprintNode> all = new(StringComparer.OrdinalIgnoreCase);
        foreach ((BlueprintNode node, string name) in BlueprintNode.All(nodes))
        {
            all.TryAdd(name, node);
        }

        foreach ((string name, BlockOptions own) in options.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            if (own is null)
            {
                errors.Add($"ChainOptions.Blocks['{name}'] is null; remove it.");
            }
            else if (!all.TryGetValue(name, out BlueprintNode? node))
            {
                errors.Add($"ChainOptions.Blocks['{name}']: the chain has no such block; its blocks are {string.Join(", ", all.Keys)}.");
            }
            else if ((Mistake(own) ?? Unsuited(node, own)) is { } mistake)
            {
                errors.Add($"ChainOptions.Blocks['{name}'].{mistake}");
            }
            else if (node.IsFused)
            {
                errors.Add($"ChainOptions.Blocks['{name}']: the block runs in place, fused with its neighbors, and has no options; add it with o => o.Queued().");
            }
        }
    }

    static string? Mistake(BlockOptions own)
    {
        try
        {
            OptionCheck.AtLeast(own.Concurrency ?? 1, 1, nameof(own.Concurrency));
            OptionCheck.AtLeast(own.Capacity ?? 1, 1, nameof(own.Capacity));
            OptionCheck.Name(own.Device ?? "none", nameof(own.Device));
            OptionCheck.Name(own.Client ?? "none", nameof(own.Client));
            OptionCheck.Defined(own.Speculation ?? default, nameof(own.Speculation));
            return null;
        }
        catch (ArgumentException error)
        {
            return OptionCheck.MessageOf(error);
        }
    }

    /// <summary>Returns the option that a step made of other blocks cannot have; null if there is none.</summary>
    /// <remarks>In particular, a loop needs its own capacity: a smaller one would let its rounds wait for each other forever.</remarks>
    static string? Unsuited(BlueprintNode node, BlockOptions own)
    {
        bool isWhole = node.Kind is NodeKind.Loop or NodeKind.Parallel;
        if (!isWhole && node.Kind != NodeKind.SubChain)
        {
            return null;
        }

        string? option = own switch
        {
            { Concurrency: not null } => nameof(own.Concurrency),
            { Capacity: not null } => nameof(own.Capacity),
            { Device: not null } => nameof(own.Device),
            { Speculation: not null } => nameof(own.Speculation),
            { Budget.IsNone: false } when isWhole => nameof(own.Budget),
            _ => null,
        };
        return option is null ? null : $"{option}: a {node.Kind} has none; remove it, and set the options of the blocks inside.";
    }

    static LatencyBudget Merge(LatencyBudget budget, LatencyBudget own)
    {
        budget = own.FirstOutputLimit is { } first ? budget.AndFirstOutput(first) : budget;
        budget = own.TotalLimit is { } total ? budget.AndTotal(total) : budget;
        return own.StallLimit is { } stall ? budget.AndStall(stall) : budget;
    }
}

using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Devices;

namespace AgentChain.Building;

/// <summary>A step as Build validates it and diagrams draw it: its name and settings, without its types.</summary>
sealed record BlueprintNode(string Name, NodeKind Kind, BlockSettings Settings)
{
    public Type? Output { get; init; }

    /// <summary>Whether it runs in place between its neighbors.</summary>
    public bool IsFused { get; init; }

    public IReadOnlyList<BlueprintBranch> Branches { get; init; } = [];

    /// <summary>Whether it returns one value for each input.</summary>
    public bool ReturnsOne { get; init; }

    /// <summary>
    /// The part of a run that delays what follows: of a stream, the time to its first output; of others, all of it. A block that publishes
    /// hypotheses delays what follows until its final value.
    /// </summary>
    public CostPart CountedPart => Kind is NodeKind.Stream or NodeKind.Each ? CostPart.FirstOutput : CostPart.Total;

    /// <summary>The maximum number of rounds of a loop.</summary>
    public int? MaxRounds { get; init; }

    /// <summary>The routes that the classifier declares; null if it does not declare them.</summary>
    public IReadOnlyCollection<string>? ChoosableRoutes { get; init; }

    /// <summary>Whether there is a route for values that no other route takes.</summary>
    public bool HasOtherwise { get; init; }

    /// <summary>Whether the overrun rule has a value or block to fall back to.</summary>
    public bool HasFallback => Settings.Overrun == OverrunAction.Fallback;

    /// <summary>Whether another block runs when the budget runs out. It is named after this one.</summary>
    public bool HasFallbackBlock { get; init; }

    /// <summary>Returns the name of the block that runs when the budget of a block runs out.</summary>
    public static string FallbackOf(string name) => name + " fallback";

    /// <summary>The host's objects in this node, such as the block and its fallback; some of them may need to be warmed up.</summary>
    public IReadOnlyList<object> Blocks { get; init; } = [];

    /// <summary>The devices that works inside its blocks request.</summary>
    public IEnumerable<InnerDevice> InnerDevices => Blocks.OfType<IHasInnerDevices>().SelectMany(block => block.InnerDevices ?? []);

    /// <summary>Whether this node, or a block inside it, has live input.</summary>
    public bool HasLiveInput => Settings.LiveInput || Branches.Any(b => b.Nodes.Any(n => n.HasLiveInput));

    /// <summary>Whether it publishes hypotheses itself.</summary>
    public bool Revises { get; init; }

    /// <summary>Whether it supports prefill on hypotheses.</summary>
    public bool CanPrefill { get; init; }

    /// <summary>Returns the prefix of the names of the blocks inside: a sub-chain adds its own name, other steps add nothing.</summary>
    public string PrefixInside(string prefix) => Kind == NodeKind.SubChain ? $"{prefix}{Name}/" : prefix;

    /// <summary>Returns nodes and all nodes inside them, with their full names; a node comes before those inside it.</summary>
    public static IEnumerable<(BlueprintNode Node, string Name)> All(IReadOnlyList<BlueprintNode> nodes, string prefix = "") =>
        nodes.SelectMany(node => node.Branches
            .SelectMany(branch => All(branch.Nodes, node.PrefixInside(prefix)))
            .Prepend((node, prefix + node.Name)));

    /// <summary>An error that was found when the node was added; null if there is none.</summary>
    public string? Mistake { get; init; }
}

using AgentChain.Blocks;

namespace AgentChain.Building;

/// <summary>A step as Build checks it and as pictures draw it: its name and settings, without its types.</summary>
sealed record BlueprintNode(string Name, NodeKind Kind, BlockSettings Settings)
{
    public Type? Output { get; init; }

    /// <summary>Whether it runs in place between its neighbours.</summary>
    public bool IsFused { get; init; }

    public IReadOnlyList<BlueprintBranch> Branches { get; init; } = [];

    /// <summary>Whether it returns one value for each that it is given.</summary>
    public bool ReturnsOne { get; init; }

    /// <summary>The rounds of a loop.</summary>
    public int? MaxRounds { get; init; }

    /// <summary>The routes a classifier says it can choose, when it says so.</summary>
    public IReadOnlyCollection<string>? ChoosableRoutes { get; init; }

    /// <summary>Whether a route takes what no other takes.</summary>
    public bool HasOtherwise { get; init; }

    /// <summary>Whether an overrun rule was given a value or block to fall back to.</summary>
    public bool HasFallback => Settings.Overrun == OverrunAction.Fallback;

    /// <summary>Things that may have something to warm up or to say: the block and its fallback.</summary>
    public IReadOnlyList<object> Blocks { get; init; } = [];

    /// <summary>Whether it, or a block inside it, has live input.</summary>
    public bool HasLiveInput => Settings.LiveInput || Branches.Any(b => b.Nodes.Any(n => n.HasLiveInput));

    /// <summary>Whether it publishes hypotheses itself.</summary>
    public bool Revises { get; init; }

    /// <summary>Whether it can be warmed on hypotheses.</summary>
    public bool CanPrefill { get; init; }

    /// <summary>Something wrong that was found when the node was added.</summary>
    public string? Mistake { get; init; }
}

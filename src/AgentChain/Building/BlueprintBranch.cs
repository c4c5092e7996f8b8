using AgentChain.Blocks;

namespace AgentChain.Building;

/// <summary>A branch of a node: a route, a side of a join, a loop's body, a sub-chain.</summary>
sealed record BlueprintBranch(string Label, IReadOnlyList<BlueprintNode> Nodes);

namespace AgentChain.Building;

/// <summary>A branch of a node: a route, a side of a join, the body of a loop, or a sub-chain.</summary>
sealed record BlueprintBranch(string Label, IReadOnlyList<BlueprintNode> Nodes);

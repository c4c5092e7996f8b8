namespace AgentChain.Diagnostics;

/// <summary>A branch of a step: a route, a side of a join, the body of a loop, or a sub-chain.</summary>
sealed record DiagramBranch(string Label, IReadOnlyList<DiagramNode> Nodes);

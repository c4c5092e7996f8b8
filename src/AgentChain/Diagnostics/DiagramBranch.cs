namespace AgentChain.Diagnostics;

/// <summary>A branch of a step: a route, a side of a join, a loop's body, a chain within.</summary>
sealed record DiagramBranch(string Label, IReadOnlyList<DiagramNode> Nodes);

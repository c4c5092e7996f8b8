namespace AgentChain.Remote;

/// <summary>What Dynamo is told about a request.</summary>
sealed record WireHints(int Priority);

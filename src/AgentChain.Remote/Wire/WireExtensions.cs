namespace AgentChain.Remote;

/// <summary>The extensions of Dynamo.</summary>
sealed record WireExtensions(WireHints AgentHints);

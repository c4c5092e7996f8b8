namespace AgentChain.Remote;

/// <summary>A message of a request.</summary>
sealed record WireMessage(string Role, string Content);

namespace AgentChain.Extensions.AI.Tests;

/// <summary>A record of a vector collection.</summary>
sealed record Article(string Id, string Text);

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>Represents the input of a <see cref="TokenBlock"/>.</summary>
/// <param name="Ids">The tokens to continue.</param>
/// <param name="MaxTokens">The maximum number of tokens to generate.</param>
sealed record TokenPrompt(int[] Ids, int MaxTokens);

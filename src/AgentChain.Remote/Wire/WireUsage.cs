namespace AgentChain.Remote;

/// <summary>The tokens of a request.</summary>
sealed record WireUsage
{
    public long? PromptTokens { get; init; }

    public long? CompletionTokens { get; init; }

    public WirePromptDetails? PromptTokensDetails { get; init; }
}

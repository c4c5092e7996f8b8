namespace AgentChain.Remote;

/// <summary>The text that a piece adds to an answer.</summary>
sealed record WireDelta
{
    public string? Content { get; init; }
}

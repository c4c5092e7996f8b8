namespace AgentChain.Remote;

/// <summary>A piece of an answer.</summary>
sealed record WireChoice
{
    public WireDelta? Delta { get; init; }

    public string? FinishReason { get; init; }
}

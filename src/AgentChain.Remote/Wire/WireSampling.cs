namespace AgentChain.Remote;

/// <summary>The sampling parameters of a server of tensors. A field that is null is not sent.</summary>
sealed record WireSampling
{
    public int? MaxTokens { get; init; }

    public float? Temperature { get; init; }

    public float? TopP { get; init; }

    public long? Seed { get; init; }

    public IReadOnlyList<string>? Stop { get; init; }
}

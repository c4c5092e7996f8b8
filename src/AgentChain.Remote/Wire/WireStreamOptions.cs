namespace AgentChain.Remote;

/// <summary>Asks for the usage at the end of the stream.</summary>
sealed record WireStreamOptions
{
    public bool IncludeUsage { get; init; } = true;
}

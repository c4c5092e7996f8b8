using System.Text.Json.Serialization;

namespace AgentChain.Remote;

/// <summary>How many tokens of the prompt were in the server's cache.</summary>
sealed record WirePromptDetails
{
    [JsonConverter(typeof(WireCount))]
    public long? CachedTokens { get; init; }
}

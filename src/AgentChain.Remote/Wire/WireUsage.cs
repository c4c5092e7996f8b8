using System.Text.Json.Serialization;

namespace AgentChain.Remote;

/// <summary>The tokens of a request.</summary>
sealed record WireUsage
{
    [JsonConverter(typeof(WireCount))]
    public long? PromptTokens { get; init; }

    [JsonConverter(typeof(WireCount))]
    public long? CompletionTokens { get; init; }

    [JsonConverter(typeof(WirePromptDetailsConverter))]
    public WirePromptDetails? PromptTokensDetails { get; init; }
}

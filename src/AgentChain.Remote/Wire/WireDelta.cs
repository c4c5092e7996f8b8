using System.Text.Json.Serialization;

namespace AgentChain.Remote;

/// <summary>The text that a piece adds to an answer.</summary>
sealed record WireDelta
{
    [JsonConverter(typeof(WirePiece))]
    public string? Content { get; init; }
}

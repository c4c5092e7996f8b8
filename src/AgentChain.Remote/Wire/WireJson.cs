using System.Text.Json.Serialization;

namespace AgentChain.Remote;

/// <summary>The JSON of requests and answers, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChatBody))]
[JsonSerializable(typeof(WireChunk))]
[JsonSerializable(typeof(WireSampling))]
[JsonSerializable(typeof(WireUsage))]
[JsonSerializable(typeof(WirePromptDetails))]
sealed partial class WireJson : JsonSerializerContext;

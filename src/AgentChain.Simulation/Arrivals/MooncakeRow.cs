using System.Text.Json.Serialization;

namespace AgentChain.Simulation;

/// <summary>A line of Mooncake's traces, with the fields that Dynamo's agentic traces add.</summary>
sealed record MooncakeRow
{
    [JsonPropertyName("timestamp")]
    public double? Timestamp { get; init; }

    [JsonPropertyName("input_length")]
    public double? InputLength { get; init; }

    [JsonPropertyName("output_length")]
    public double? OutputLength { get; init; }

    [JsonPropertyName("hash_ids")]
    public long[]? HashIds { get; init; }

    [JsonPropertyName("request_id")]
    public string? RequestId { get; init; }

    [JsonPropertyName("session_id")]
    public string? SessionId { get; init; }

    [JsonPropertyName("wait_for")]
    public string?[]? WaitFor { get; init; }

    [JsonPropertyName("branches")]
    public string?[]? Branches { get; init; }

    [JsonPropertyName("prefix_reset")]
    public bool? PrefixReset { get; init; }

    [JsonPropertyName("delay")]
    public double? Delay { get; init; }

    [JsonPropertyName("tool_wait_ms")]
    public double? ToolWait { get; init; }
}

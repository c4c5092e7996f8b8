using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentChain.Remote;

/// <summary>One event of an answer, with the fields that matter here. Everything else in it is passed over.</summary>
sealed record WireChunk
{
    [JsonConverter(typeof(WireText))]
    public string? Object { get; init; }

    [JsonConverter(typeof(WireText))]
    public string? Model { get; init; }

    public IReadOnlyList<WireChoice?>? Choices { get; init; }

    [JsonConverter(typeof(WireUsageConverter))]
    public WireUsage? Usage { get; init; }

    /// <summary>An error in mid-stream: an object, or the text alone.</summary>
    public JsonElement? Error { get; init; }

    /// <summary>The words of an error without an <see cref="Error"/>.</summary>
    [JsonConverter(typeof(WireText))]
    public string? Message { get; init; }

    /// <summary>The status of an error without an <see cref="Error"/>: a number or a text.</summary>
    public JsonElement? Code { get; init; }

    [JsonIgnore]
    public bool IsError => Error is { ValueKind: not JsonValueKind.Null } || Object == "error";
}

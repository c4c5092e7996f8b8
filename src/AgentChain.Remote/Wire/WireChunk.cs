using System.Text.Json;

namespace AgentChain.Remote;

/// <summary>One event of an answer, with the fields that matter here. Everything else in it is passed over.</summary>
sealed record WireChunk
{
    public string? Object { get; init; }

    public string? Model { get; init; }

    public IReadOnlyList<WireChoice?>? Choices { get; init; }

    public WireUsage? Usage { get; init; }

    /// <summary>An error in mid-stream: an object, or the text alone.</summary>
    public JsonElement? Error { get; init; }

    /// <summary>The status of an error without an <see cref="Error"/>: a number or a text.</summary>
    public JsonElement? Code { get; init; }
}

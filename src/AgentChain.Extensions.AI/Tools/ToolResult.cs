using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Makes the answer of a returned value: bounded, and of a form that every client can send.</summary>
static class ToolResult
{
    /// <summary>Makes the answer of a value that a tool returned.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="value">The value.</param>
    /// <param name="most">The largest number of characters that the model gets.</param>
    public static ToolAnswer Of(AgentTool tool, object? value, int most)
    {
        try
        {
            switch (value)
            {
                case null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }:
                    return Completed(new JsonObject { ["status"] = "completed", ["result"] = null });
                case string text:
                    return Fit(text, text, most);
                case AIContent content:
                    return Size(content) <= most ? new(ToolCallStatus.Completed, content) : TooLarge(Size(content), content as TextContent, most);
                case IEnumerable<AIContent> contents:
                    AIContent[] all = [.. contents];
                    long size = all.Sum(Size);
                    return size <= most ? new(ToolCallStatus.Completed, all) : TooLarge(size, all.OfType<TextContent>().FirstOrDefault(), most);
                default:
                    JsonElement json = CanonicalJson.Of(value, tool.Function.JsonSerializerOptions);
                    return Fit(json, json.GetRawText(), most);
            }
        }
        catch (Exception error)
        {
            return ToolAnswer.Failed($"The tool '{tool.Name}' ran, but its result cannot be written as JSON ({error.GetType().Name}).");
        }
    }

    static ToolAnswer Fit(object value, string text, int most) =>
        text.Length <= most ? new(ToolCallStatus.Completed, value) : Truncated(text.Length, text, most);

    static ToolAnswer TooLarge(long size, TextContent? first, int most) => Truncated(size, first?.Text ?? "", most);

    /// <summary>The tool ran, so the call is completed; the model learns that it sees the beginning only.</summary>
    static ToolAnswer Truncated(long size, string text, int most) => Completed(new JsonObject
    {
        ["status"] = "completed",
        ["message"] = $"The result has {size} characters, of which at most {most} are given. Ask for less.",
        ["beginning"] = text[..Math.Min(most, text.Length)],
    });

    static ToolAnswer Completed(JsonObject json)
    {
        using JsonDocument document = JsonDocument.Parse(json.ToJsonString());
        return new(ToolCallStatus.Completed, document.RootElement.Clone());
    }

    static long Size(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        DataContent data => data.Data.Length,
        _ => 0,
    };
}

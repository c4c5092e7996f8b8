using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Makes the answer of a returned value: bounded, and of a form that every client can send.</summary>
static class ToolResult
{
    // Quotes and letters beyond ASCII stay readable: the text is for a model, not for a web page.
    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes a JSON object that begins with a status.</summary>
    public static JsonElement Json(ToolCallStatus status, Action<Utf8JsonWriter> more)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("status", ToolAnswer.NameOf(status));
            more(writer);
            writer.WriteEndObject();
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

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
                    return Completed(writer => writer.WriteNull("result"));
                case string text:
                    return Fit(text, text, most);
                case AIContent content:
                    return Size(content) <= most
                        ? new(ToolCallStatus.Completed, content)
                        : TooLarge(Size(content), content as TextContent, most);
                case IEnumerable<AIContent> contents:
                    AIContent[] all = [.. contents];
                    long size = all.Sum(Size);
                    return size <= most
                        ? new(ToolCallStatus.Completed, all)
                        : TooLarge(size, all.OfType<TextContent>().FirstOrDefault(), most);
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
    static ToolAnswer Truncated(long size, string text, int most) => Completed(writer =>
    {
        writer.WriteString("message", string.Create(CultureInfo.InvariantCulture, $"The result has {size} characters, of which at most {most} are given. Ask for less."));
        int end = Math.Min(most, text.Length);
        writer.WriteString("beginning", text.AsSpan(0, end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end));
    });

    static ToolAnswer Completed(Action<Utf8JsonWriter> more) => new(ToolCallStatus.Completed, Json(ToolCallStatus.Completed, more));

    static long Size(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        DataContent data => data.Data.Length,
        _ => 0,
    };
}

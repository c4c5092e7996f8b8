using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Makes the answer of a returned value: bounded, and of a form that every client can send.</summary>
static class ToolResult
{
    // Quotes and letters beyond ASCII stay readable: the text is for a model, not for a web page.
    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The number of contents in one result. Only a bound on a sequence that does not end.</summary>
    const int MostContents = 10_000;

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
        if (value is FunctionResultContent { Exception: { } thrown })
        {
            throw thrown;
        }

        try
        {
            switch (value)
            {
                case null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }:
                    return Completed(writer => writer.WriteNull("result"));
                case FunctionResultContent made:
                    // A function of a middleware may answer as a whole; its call id is not that of the call.
                    return Of(tool, made.Result, most);
                case string text:
                    return Fit(text, text, most);
                case AIContent content:
                    return Size(content) <= most
                        ? new(ToolCallStatus.Completed, content)
                        : TooLarge(Size(content), content as TextContent, most);
                case IEnumerable<AIContent> contents:
                    return Of(contents, most);
                case JsonElement json:
                    return Fit(json, json.GetRawText(), most);
                default:
                    return Written(value, tool.Function.JsonSerializerOptions, most);
            }
        }
        catch (Exception error)
        {
            return ToolAnswer.Failed($"The tool '{tool.Name}' ran, but its result cannot be written as JSON ({error.GetType().Name}).");
        }
    }

    static ToolAnswer Of(IEnumerable<AIContent> contents, int most)
    {
        List<AIContent> all = [];
        long size = 0;
        foreach (AIContent content in contents)
        {
            if (content is null)
            {
                continue;
            }

            all.Add(content);
            size += Size(content);
            if (size > most)
            {
                return TooLarge(size, all.OfType<TextContent>().FirstOrDefault(), most, isWhole: false);
            }

            if (all.Count > MostContents)
            {
                return Completed(writer => writer.WriteString(
                    "message", string.Create(CultureInfo.InvariantCulture, $"The result has more than {MostContents} parts, of which none is given. Ask for less.")));
            }
        }

        return new(ToolCallStatus.Completed, all.ToArray());
    }

    static ToolAnswer Written(object value, JsonSerializerOptions options, int most)
    {
        // What needs so many bytes has more characters than the limit. The rest, which may have no end, is not written.
        var buffer = new BoundedBuffer(Math.Max(16 * 1024 * 1024, 8L * most));
        try
        {
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = options.Encoder, SkipValidation = true }))
            {
                JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));
            }

            using JsonDocument document = JsonDocument.Parse(buffer.Written, new JsonDocumentOptions { MaxDepth = options.MaxDepth });
            JsonElement json = document.RootElement.Clone();
            return Fit(json, json.GetRawText(), most);
        }
        catch (BufferFullException)
        {
            string beginning = Encoding.UTF8.GetString(buffer.Written.Span[..(int)Math.Min(buffer.Written.Length, 4L * most)]);
            return Truncated(most, beginning, most, isWhole: false);
        }
    }

    static ToolAnswer Fit(object value, string text, int most) =>
        text.Length <= most ? new(ToolCallStatus.Completed, value) : Truncated(text.Length, text, most);

    static ToolAnswer TooLarge(long size, TextContent? first, int most, bool isWhole = true) => Truncated(size, first?.Text ?? "", most, isWhole);

    /// <summary>The tool ran, so the call is completed; the model learns that it sees the beginning only.</summary>
    static ToolAnswer Truncated(long size, string text, int most, bool isWhole = true) => Completed(writer =>
    {
        writer.WriteString("message", string.Create(CultureInfo.InvariantCulture, $"The result has {(isWhole ? "" : "at least ")}{size} characters, of which at most {most} are given. Ask for less."));
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

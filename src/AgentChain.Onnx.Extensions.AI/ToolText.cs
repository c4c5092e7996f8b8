using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentChain.Onnx.Tokenization;
using Microsoft.Extensions.AI;

namespace AgentChain.Onnx.Extensions.AI;

/// <summary>
/// Writes tools, calls and results as text, in the form that Hermes, Qwen and many other ChatML models use: a call is a JSON object with
/// name and arguments between two tokens, and results are a message of the user.
/// </summary>
static class ToolText
{
    public const string CallBegin = "<tool_call>";
    public const string CallEnd = "</tool_call>";
    const string ResultBegin = "<tool_response>";
    const string ResultEnd = "</tool_response>";

    // Quotes and letters beyond ASCII stay readable: the text is for a model, not for a web page.
    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns whether a model of this tokenizer can call tools.</summary>
    public static bool IsKnownTo(Tokenizer tokenizer) => tokenizer.Find(CallBegin) is not null && tokenizer.Find(CallEnd) is not null;

    /// <summary>Describes the tools for a model that was trained on tools in general.</summary>
    public static string Describe(IReadOnlyList<AIFunctionDeclaration> tools)
    {
        var text = new StringBuilder("# Tools\n\nThese functions can be called, one JSON schema per line:\n<tools>\n");
        foreach (AIFunctionDeclaration tool in tools)
        {
            text.Append(Json(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("type", "function");
                writer.WriteStartObject("function");
                writer.WriteString("name", tool.Name);
                writer.WriteString("description", tool.Description);
                writer.WritePropertyName("parameters");
                tool.JsonSchema.WriteTo(writer);
                writer.WriteEndObject();
                writer.WriteEndObject();
            })).Append('\n');
        }

        return text.Append("</tools>\n\nA call is a JSON object with the name and the arguments of the function:\n")
            .Append(CallBegin).Append("\n{\"name\": <name>, \"arguments\": <arguments>}\n").Append(CallEnd).ToString();
    }

    /// <summary>Writes a call as the model writes it.</summary>
    public static string Write(FunctionCallContent call) => $"{CallBegin}\n{Json(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("name", call.Name);
        writer.WriteStartObject("arguments");
        foreach ((string name, object? value) in call.Arguments ?? new Dictionary<string, object?>())
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    })}\n{CallEnd}";

    /// <summary>Writes the result of a call.</summary>
    public static string Write(FunctionResultContent result) => $"{ResultBegin}\n{Text(result.Result)}\n{ResultEnd}";

    static string Text(object? result) => result switch
    {
        string text => text,
        TextContent text => text.Text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        IEnumerable<AIContent> contents => string.Join('\n', contents.OfType<TextContent>().Select(text => text.Text)),
        _ => Json(writer => WriteValue(writer, result)),
    };

    static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else if (value is JsonElement { ValueKind: JsonValueKind.Undefined })
        {
            writer.WriteNullValue();
        }
        else if (AIJsonUtilities.DefaultOptions.TryGetTypeInfo(value.GetType(), out var info))
        {
            JsonSerializer.Serialize(writer, value, info);
        }
        else
        {
            throw new NotSupportedException(
                $"A message has a value of the type {value.GetType().Name}, which cannot be written as JSON. Give a text or a JsonElement instead.");
        }
    }

    static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

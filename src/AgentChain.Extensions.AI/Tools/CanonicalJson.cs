using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>The arguments of a call as JSON, and their canonical text: sorted names, no white space, one form for each number.</summary>
static class CanonicalJson
{
    /// <summary>Makes JSON of arguments.</summary>
    /// <exception cref="NotSupportedException">A value is of a type that has no JSON form.</exception>
    /// <exception cref="JsonException">A value cannot be written.</exception>
    public static JsonElement Of(IEnumerable<KeyValuePair<string, object?>> arguments, JsonSerializerOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach ((string name, object? value) in arguments)
            {
                writer.WritePropertyName(name);
                Write(writer, value, options);
            }

            writer.WriteEndObject();
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    /// <summary>Makes JSON of one value.</summary>
    public static JsonElement Of(object value, JsonSerializerOptions options) =>
        value is JsonElement element ? element : JsonSerializer.SerializeToElement(value, options.GetTypeInfo(value.GetType()));

    /// <summary>Returns the canonical text of a value.</summary>
    public static string Text(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteSorted(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    static void Write(Utf8JsonWriter writer, object? value, JsonSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else if (value is JsonElement { ValueKind: JsonValueKind.Undefined })
        {
            writer.WriteNullValue();
        }
        else
        {
            Of(value, options).WriteTo(writer);
        }
    }

    static void WriteSorted(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (JsonProperty member in value.EnumerateObject().OrderBy(one => one.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    WriteSorted(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray())
                {
                    WriteSorted(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Number when value.TryGetInt64(out long whole):
                writer.WriteNumberValue(whole);
                break;
            case JsonValueKind.Number when value.TryGetDecimal(out decimal exact):
                // 1.0 and 1 are the same number; dividing drops the zeros at the end.
                writer.WriteNumberValue(exact / 1.000000000000000000000000000000000m);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}

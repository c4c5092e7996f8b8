using System.Text;
using System.Text.Json;

namespace AgentChain.Fuzz;

/// <summary>
/// A JSON value that can be changed and written in ways that no serializer allows: fields that occur twice, numbers out of every range,
/// half surrogate pairs.
/// </summary>
sealed class JsonTree
{
    /// <summary>The fields of an object; null for other values.</summary>
    public List<(string Name, JsonTree Value)>? Fields { get; private init; }

    /// <summary>The items of an array; null for other values.</summary>
    public List<JsonTree>? Items { get; private init; }

    /// <summary>The text of any other value, as it is written.</summary>
    public string Raw { get; private init; } = "null";

    public bool IsText => Raw.StartsWith('"');

    public bool IsNumber => Raw.Length > 0 && (char.IsAsciiDigit(Raw[0]) || Raw[0] == '-');

    public static JsonTree Literal(string raw) => new() { Raw = raw };

    public static JsonTree Text(string text) => new() { Raw = JsonSerializer.Serialize(text) };

    public static JsonTree Array(params IEnumerable<JsonTree> items) => new() { Items = [.. items] };

    public static JsonTree Object() => new() { Fields = [] };

    public static JsonTree Parse(byte[] utf8)
    {
        using JsonDocument document = JsonDocument.Parse(utf8);
        return From(document.RootElement);
    }

    /// <summary>Returns a deep copy. Without it, a value that is put into a place within itself would have no end.</summary>
    public JsonTree Copy() => Fields is not null ? new() { Fields = [.. Fields.Select(f => (f.Name, f.Value.Copy()))] }
        : Items is not null ? new() { Items = [.. Items.Select(item => item.Copy())] }
        : this;

    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        Write(text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static JsonTree From(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new() { Fields = [.. value.EnumerateObject().Select(p => (JsonSerializer.Serialize(p.Name), From(p.Value)))] },
        JsonValueKind.Array => new() { Items = [.. value.EnumerateArray().Select(From)] },
        _ => new() { Raw = value.GetRawText() },
    };

    void Write(StringBuilder text)
    {
        if (Fields is not null)
        {
            text.Append('{');
            for (int i = 0; i < Fields.Count; i++)
            {
                text.Append(i > 0 ? "," : "").Append(Fields[i].Name).Append(':');
                Fields[i].Value.Write(text);
            }

            text.Append('}');
        }
        else if (Items is not null)
        {
            text.Append('[');
            for (int i = 0; i < Items.Count; i++)
            {
                text.Append(i > 0 ? "," : "");
                Items[i].Write(text);
            }

            text.Append(']');
        }
        else
        {
            text.Append(Raw);
        }
    }
}

using System.Globalization;
using System.Text.Json;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Files;

/// <summary>
/// Represents a value in a JSON file of a model. Every getter checks the kind and the range, and its error names the file and the field. A
/// field whose value is null counts as absent. If an object repeats a field, the last one counts.
/// </summary>
readonly partial struct JsonCursor
{
    readonly ModelFile _file;
    readonly JsonElement _value;
    readonly JsonLocation? _parent;
    readonly string? _name;
    readonly int _index;

    /// <summary>Creates a cursor at the root of a file.</summary>
    public JsonCursor(ModelFile file, JsonElement root)
        : this(file, root, null, null, -1)
    {
    }

    JsonCursor(ModelFile file, JsonElement value, JsonLocation? parent, string? name, int index) =>
        (_file, _value, _parent, _name, _index) = (file, value, parent, name, index);

    public bool IsObject => _value.ValueKind == JsonValueKind.Object;

    public bool IsArray => _value.ValueKind == JsonValueKind.Array;

    public bool IsText => _value.ValueKind == JsonValueKind.String;

    bool IsRoot => _name is null && _index < 0;

    JsonLocation? Location => IsRoot ? null : new JsonLocation(_parent, _name, _index);

    /// <summary>The name of this value, for errors after the file was closed.</summary>
    public FileField Name => new(_file, Location?.ToString());

    /// <summary>Returns a copy that stays valid after the file was closed.</summary>
    public JsonCursor Keep() => new(_file, _value.Clone(), _parent, _name, _index);

    /// <summary>Creates an error about this value.</summary>
    /// <param name="problem">The rest of a sentence that begins with the file and the field.</param>
    /// <param name="inner">The cause, if any.</param>
    public OnnxModelException Wrong(string problem, Exception? inner = null) => _file.Error(Location?.ToString(), problem, inner);

    /// <summary>Returns a field that must be present.</summary>
    public JsonCursor Field(string name) =>
        Optional(name) ?? throw _file.Error(Child(default, name, -1).Location!.ToString(), "is missing, but required.");

    /// <summary>Returns a field, or <see langword="null"/> if it is absent or null.</summary>
    public JsonCursor? Optional(string name)
    {
        RequireObject();
        try
        {
            return _value.TryGetProperty(name, out JsonElement value) && value.ValueKind is not JsonValueKind.Null
                ? Child(value, name, -1)
                : null;
        }
        catch (InvalidOperationException error)
        {
            throw Wrong("has a field whose name is not valid Unicode.", error);
        }
    }

    /// <summary>Whether an object has a field with a value other than null.</summary>
    public bool Has(string name) => Optional(name) is not null;

    /// <summary>Returns the entries of an object.</summary>
    /// <param name="limit">The maximum number of entries.</param>
    public IEnumerable<(string Name, JsonCursor Value)> Entries(int limit)
    {
        RequireObject();
        JsonLocation? here = Location;
        int count = 0;
        foreach (JsonProperty entry in _value.EnumerateObject())
        {
            if (++count > limit)
            {
                throw Wrong(string.Create(CultureInfo.InvariantCulture, $"has more than {limit:N0} entries."));
            }

            string name = NameOf(entry);
            yield return (name, new JsonCursor(_file, entry.Value, here, name, -1));
        }
    }

    /// <summary>Returns the items of an array.</summary>
    /// <param name="limit">The maximum number of items.</param>
    public IEnumerable<JsonCursor> Items(int limit)
    {
        Count(limit);
        JsonLocation? here = Location;
        int index = 0;
        foreach (JsonElement item in _value.EnumerateArray())
        {
            yield return new JsonCursor(_file, item, here, null, index++);
        }
    }

    /// <summary>Returns the number of items of an array.</summary>
    /// <param name="limit">The maximum number of items.</param>
    public int Count(int limit)
    {
        if (!IsArray)
        {
            throw WrongKind("an array");
        }

        int length = _value.GetArrayLength();
        return length <= limit
            ? length
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"has {length:N0} items; at most {limit:N0} are read."));
    }

    /// <summary>Throws if an object has a field other than the known ones.</summary>
    public void RejectOthers(params ReadOnlySpan<string> known)
    {
        RequireObject();
        foreach (JsonProperty entry in _value.EnumerateObject())
        {
            string name = NameOf(entry);
            if (!known.Contains(name))
            {
                throw Child(entry.Value, name, -1).Wrong($"is unknown and may change the results. Remove it, or correct its name; the known fields are {string.Join(", ", known!)}.");
            }
        }
    }

    void RequireObject()
    {
        if (!IsObject)
        {
            throw WrongKind("an object");
        }
    }

    string NameOf(JsonProperty entry)
    {
        try
        {
            return entry.Name;
        }
        catch (InvalidOperationException error)
        {
            throw Wrong("has a field whose name is not valid Unicode.", error);
        }
    }

    JsonCursor Child(JsonElement value, string name, int index) => new(_file, value, Location, name, index);

    OnnxModelException WrongKind(string required) => Wrong($"is {Kind()}, but {required} is required.");

    string Kind() => _value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    static string Cut(string text) => text.Length <= 40 ? text : text[..40] + "...";
}

using System.Globalization;
using System.Text.Json;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// Represents a JSON object in a model's folder, or a part of one. Reads its fields with errors that name the file, the field and the value.
/// </summary>
sealed class SettingsFile
{
    readonly JsonElement _object;
    readonly string _within;

    SettingsFile(string path, JsonElement element, string within) => (Path, _object, _within) = (path, element, within);

    /// <summary>The path of the file, for messages.</summary>
    public string Path { get; }

    /// <summary>The names and values of the fields.</summary>
    public IEnumerable<JsonProperty> Fields => _object.EnumerateObject();

    /// <summary>Reads a file that must exist.</summary>
    /// <exception cref="OnnxModelException">The file is missing or does not contain a JSON object.</exception>
    public static SettingsFile Read(string path) => TryRead(path) ?? throw new OnnxModelException($"The file '{path}' does not exist.");

    /// <summary>Reads a file, or returns <see langword="null"/> if it does not exist.</summary>
    /// <exception cref="OnnxModelException">The file does not contain a JSON object.</exception>
    public static SettingsFile? TryRead(string path)
    {
        if (ReadElement(path) is not { } element)
        {
            return null;
        }

        return element.ValueKind == JsonValueKind.Object
            ? new SettingsFile(path, element, "")
            : throw new OnnxModelException($"'{path}' contains a JSON {element.ValueKind}; an object is required.");
    }

    /// <summary>Reads the JSON value of a file, or returns <see langword="null"/> if the file does not exist.</summary>
    /// <exception cref="OnnxModelException">The file is not JSON.</exception>
    public static JsonElement? ReadElement(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.Clone();
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new OnnxModelException($"'{path}' cannot be read as JSON: {error.Message}", error);
        }
    }

    /// <summary>Returns a field's value, or <see langword="null"/> if it is absent or null.</summary>
    public JsonElement? Value(string name) =>
        _object.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Returns a field that is an object, or <see langword="null"/> if it is absent or null.</summary>
    public SettingsFile? Part(string name) => Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new SettingsFile(Path, value, _within + name + ".") : throw Wrong(name, value, "an object");

    public bool? Flag(string name) => Value(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, value, "true or false");

    public string? Text(string name) => Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, value, "a text");

    public int? Integer(string name, int least = 0) => Value(name) is { } value ? Integer(name, value, least) : null;

    /// <summary>Returns a required integer.</summary>
    public int Required(string name, int least = 0) => Integer(name, least)
        ?? throw new OnnxModelException($"'{Path}' has no field '{_within}{name}', which must be an integer of at least {Number(least)}.");

    /// <summary>Returns a field that is an integer or an array of integers; empty if it is absent or null.</summary>
    public int[] Integers(string name, int least = 0) => Value(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => Integer(name, v, least))] : [Integer(name, value, least)];

    int Integer(string name, JsonElement value, int least) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least
            ? number
            : throw Wrong(name, value, $"an integer of at least {Number(least)}");

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    OnnxModelException Wrong(string name, JsonElement value, string required)
    {
        string raw = value.GetRawText();
        return new OnnxModelException($"'{Path}': the field '{_within}{name}' is {(raw.Length > 60 ? raw[..60] + "..." : raw)}; {required} is required.");
    }
}

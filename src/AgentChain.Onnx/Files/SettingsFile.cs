using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Files;

/// <summary>Represents a settings file in a model's folder, or an object in it, whose fields are all optional unless read as required.</summary>
sealed class SettingsFile
{
    readonly JsonCursor _object;

    SettingsFile(string path, JsonCursor value) => (Path, _object) = (path, value);

    /// <summary>The path of the file, for messages.</summary>
    public string Path { get; }

    /// <summary>Reads a file that must exist.</summary>
    /// <exception cref="OnnxModelException">The file is missing, damaged or too large.</exception>
    public static SettingsFile Read(string path, int limit = JsonFile.SettingsLimit) =>
        JsonFile.Read(new ModelFile(path), limit, root => new SettingsFile(path, root.Keep()));

    /// <summary>Reads a file, or returns <see langword="null"/> if it does not exist.</summary>
    /// <exception cref="OnnxModelException">The file is damaged or too large.</exception>
    public static SettingsFile? TryRead(string path, int limit = JsonFile.SettingsLimit) => new ModelFile(path).Exists() ? Read(path, limit) : null;

    /// <summary>Returns a field, or <see langword="null"/> if it is absent or null.</summary>
    public JsonCursor? Optional(string name) => _object.Optional(name);

    /// <summary>Returns a field that is an object, or <see langword="null"/> if it is absent or null.</summary>
    public SettingsFile? Part(string name) => Optional(name) is { } part ? new SettingsFile(Path, part) : null;

    /// <summary>Returns the fields.</summary>
    public IEnumerable<(string Name, JsonCursor Value)> Fields(int limit) => _object.Entries(limit);

    public bool? Flag(string name) => Optional(name)?.Flag();

    public string? Text(string name) => Optional(name)?.Text();

    public int? Integer(string name, int least = 0) => Optional(name)?.Integer(least, int.MaxValue);

    /// <summary>Returns a field that must be present.</summary>
    public int Required(string name, int least, int most) => _object.Field(name).Integer(least, most);

    /// <summary>Returns a field that is an integer or an array of integers; empty if it is absent or null.</summary>
    public int[] Integers(string name, int least = 0) => Optional(name) is not { } value ? []
        : value.IsArray ? [.. value.Items(1 << 16).Select(item => item.Integer(least, int.MaxValue))] : [value.Integer(least, int.MaxValue)];
}

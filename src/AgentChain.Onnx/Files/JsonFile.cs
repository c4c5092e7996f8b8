using System.Text.Json;
using System.Text.Unicode;

namespace AgentChain.Onnx.Files;

/// <summary>Reads a JSON file of a model. No loader reads JSON in another way.</summary>
static class JsonFile
{
    /// <summary>The maximum size of a settings file in bytes; real ones have a few thousand.</summary>
    public const int SettingsLimit = 4 << 20;

    /// <summary>The maximum size of a tokenizer in bytes; the largest in use have about 35 million.</summary>
    public const int TokenizerLimit = 128 << 20;

    /// <summary>Reads a file whose content is a JSON object.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">The maximum size in bytes.</param>
    /// <param name="read">Reads the root. The cursor is invalid afterwards.</param>
    public static T Read<T>(ModelFile file, int limit, Func<JsonCursor, T> read) => Parse(file, file.ReadBytes(limit), read);

    /// <summary>Reads the root of a file that must exist. The cursor stays valid.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="limit">The maximum size in bytes.</param>
    public static JsonCursor Load(string path, int limit = SettingsLimit) => Read(new ModelFile(path), limit, root => root.Keep());

    /// <summary>Reads the root of a file, or returns <see langword="null"/> if it does not exist. The cursor stays valid.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="limit">The maximum size in bytes.</param>
    public static JsonCursor? TryLoad(string path, int limit = SettingsLimit) => new ModelFile(path).Exists() ? Load(path, limit) : null;

    /// <summary>Reads the content of a file, which is a JSON object.</summary>
    public static T Parse<T>(ModelFile file, ReadOnlyMemory<byte> utf8, Func<JsonCursor, T> read)
    {
        utf8 = utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        if (!Utf8.IsValid(utf8.Span))
        {
            throw file.Error(null, "is not valid UTF-8.");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8);
        }
        catch (JsonException error)
        {
            throw file.Error(null, $"is not valid JSON: {error.Message}", error);
        }

        using (document)
        {
            return read(new JsonCursor(file, document.RootElement));
        }
    }
}

using System.Text.Json.Nodes;

namespace AgentChain.Onnx.Tests.Files;

/// <summary>A copy of a model's folder with one file damaged.</summary>
sealed class DamagedFolder : IDisposable
{
    public DamagedFolder(string source)
    {
        Path = Directory.CreateTempSubdirectory("agentchain-").FullName;
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Find(System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Path { get; }

    public string Find(string file) => System.IO.Path.Combine(Path, file);

    /// <summary>Sets a field, whose path is separated by slashes, to a JSON value; adds it if it is missing.</summary>
    public void Set(string file, string field, string json)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(Find(file)))!;
        JsonNode at = root;
        string[] parts = field.Split('/');
        foreach (string part in parts[..^1])
        {
            at = Child(at, part) ?? (at[part] = new JsonObject());
        }

        // The value is written as it is: it may be one that no serializer would write.
        const string mark = "\"a place for the value\"";
        if (at is JsonArray list)
        {
            list[int.Parse(parts[^1], System.Globalization.CultureInfo.InvariantCulture)] = JsonNode.Parse(mark);
        }
        else
        {
            at[parts[^1]] = JsonNode.Parse(mark);
        }

        File.WriteAllText(Find(file), root.ToJsonString().Replace(mark, json, StringComparison.Ordinal));
    }

    /// <summary>Puts a directory in the place of a file.</summary>
    public void Occupy(string file)
    {
        File.Delete(Find(file));
        Directory.CreateDirectory(Find(file));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    static JsonNode? Child(JsonNode node, string part) =>
        node is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)] : node[part];
}

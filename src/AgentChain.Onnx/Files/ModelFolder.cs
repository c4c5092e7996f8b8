namespace AgentChain.Onnx.Files;

/// <summary>Finds the files of a model folder. A name that a file of the folder gives never leads out of the folder.</summary>
static class ModelFolder
{
    /// <summary>Returns the path of a file that a configuration names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="field">The field with the name, relative to the folder.</param>
    public static string Resolve(string folder, JsonCursor field)
    {
        string name = field.Text(1024);
        return IsInside(name)
            ? Path.Combine(folder, name)
            : throw field.Wrong($"is {ModelFile.Quote(name)}; the path of a file in the model's folder, relative and without '..', is required.");
    }

    /// <summary>Returns the first of some files that exists in a folder, or <see langword="null"/>.</summary>
    public static string? FindFirst(string folder, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            string path = Path.Combine(folder, name);
            if (new ModelFile(path).Exists())
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Returns the graph of a folder that has one, in the two places where public exports have it.</summary>
    public static string Model(string folder) =>
        FindFirst(folder, "model.onnx", Path.Combine("onnx", "model.onnx")) ?? Path.Combine(folder, "model.onnx");

    // Lexical, because folders made of links into a store of files are common.
    static bool IsInside(string name) =>
        name.Length > 0 && !Path.IsPathRooted(name) && !name.Any(c => char.IsControl(c) || c is ':' or '\\')
        && name.Split('/').All(part => part.Length > 0 && part != "..");
}

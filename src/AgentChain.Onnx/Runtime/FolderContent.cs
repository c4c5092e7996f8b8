namespace AgentChain.Onnx.Runtime;

/// <summary>Describes what is in a folder, for messages about a file that is not there.</summary>
static class FolderContent
{
    const int MostNames = 12, LongestName = 60;

    /// <summary>Returns a sentence without its subject and its full stop, such as <c>contains config.json, onnx/ and 3 more</c>.</summary>
    public static string Describe(string folder)
    {
        try
        {
            string[] names = [.. Directory.EnumerateFileSystemEntries(folder).Select(Name).Order(StringComparer.Ordinal)];
            return names.Length switch
            {
                0 => "is empty",
                <= MostNames => $"contains {string.Join(", ", names)}",
                _ => FormattableString.Invariant($"contains {string.Join(", ", names[..MostNames])} and {names.Length - MostNames} more"),
            };
        }
        catch (DirectoryNotFoundException)
        {
            return "does not exist";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {error.Message}";
        }
    }

    /// <summary>Returns a sentence about the folder of a file that is not there.</summary>
    public static string Around(string path) => $"Its folder {Describe(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path)}.";

    static string Name(string path)
    {
        string name = string.Concat(Path.GetFileName(path).Take(LongestName).Select(c => char.IsControl(c) ? '?' : c));
        return Directory.Exists(path) ? name + "/" : name;
    }
}

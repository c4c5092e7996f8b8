namespace AgentChain.Onnx.Files;

/// <summary>Represents files of a folder, one of which is enough.</summary>
/// <param name="patterns">Their paths below the folder, with '/'; the last part can have a '*'.</param>
sealed class FileChoice(params string[] patterns)
{
    /// <summary>Whether one of the files is in the folder.</summary>
    public bool IsIn(string folder) => patterns.Any(pattern => pattern.Contains('*', StringComparison.Ordinal)
        ? HasAny(Path.Combine(folder, Path.GetDirectoryName(pattern) ?? ""), Path.GetFileName(pattern))
        : new ModelFile(Path.Combine(folder, pattern)).Exists());

    /// <summary>Returns the paths, joined by "or".</summary>
    public override string ToString() => patterns.Length < 2
        ? string.Concat(patterns)
        : $"{string.Join(", ", patterns[..^1])} or {patterns[^1]}";

    static bool HasAny(string folder, string pattern)
    {
        try
        {
            return Directory.Exists(folder) && Directory.EnumerateFiles(folder, pattern).Any();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

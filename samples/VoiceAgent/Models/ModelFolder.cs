using VoiceAgent.CommandLine;

namespace VoiceAgent.Models;

/// <summary>The folders of the models and data files: next to the program, unless the command line specifies another one.</summary>
static class ModelFolder
{
    static readonly string[] Needed = ["recognizer", "language-model", "embedder", "voice"];

    public static string Data => Path.Combine(AppContext.BaseDirectory, "Data");

    /// <summary>Gets the folder of the public encoder, if the build contains it.</summary>
    public static string MiniLm => Path.Combine(AppContext.BaseDirectory, "models", "minilm");

    public static string Questions => Path.Combine(AppContext.BaseDirectory, "Questions");

    /// <summary>Returns the models' folder after checking that it contains every model.</summary>
    public static string Find(string? given)
    {
        string folder = Path.GetFullPath(given ?? Path.Combine(AppContext.BaseDirectory, "models"));
        string[] missing = [.. Needed.Where(model => !Directory.Exists(Path.Combine(folder, model)))];
        return missing.Length == 0
            ? folder
            : throw new VoiceAgentException(
                ExitCode.Models,
                $"The models folder '{folder}' {(Directory.Exists(folder) ? $"has no {string.Join(", ", missing)}" : "does not exist")}; give the repository's models folder with --models DIR.");
    }
}

using VoiceAgent.CommandLine;

namespace VoiceAgent.Models;

/// <summary>Where the models and data files are: beside the program, unless the command line says otherwise.</summary>
static class ModelFolder
{
    static readonly string[] Needed = ["recognizer", "language-model", "embedder", "voice"];

    public static string Data => Path.Combine(AppContext.BaseDirectory, "Data");

    public static string Questions => Path.Combine(AppContext.BaseDirectory, "Questions");

    /// <summary>Finds the folder and checks that every model is in it.</summary>
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

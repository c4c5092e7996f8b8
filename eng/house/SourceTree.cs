using System.Diagnostics;
using System.IO.Compression;

namespace AgentChain.House;

/// <summary>The C# files under src, of the working tree or of a revision, by their paths.</summary>
static class SourceTree
{
    /// <summary>Reads the files of the working tree.</summary>
    public static IReadOnlyDictionary<string, string> Read(string root) =>
        Git(root, "ls-files", "-co", "--exclude-standard", "src")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && File.Exists(Path.Combine(root, file)))
            .ToDictionary(file => file, file => File.ReadAllText(Path.Combine(root, file)));

    /// <summary>Reads the files of a revision.</summary>
    public static IReadOnlyDictionary<string, string> Read(string root, string revision)
    {
        string archive = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.zip");
        try
        {
            Git(root, "archive", "--format=zip", "-o", archive, revision, "src");
            using ZipArchive zip = ZipFile.OpenRead(archive);
            Dictionary<string, string> files = [];
            foreach (ZipArchiveEntry entry in zip.Entries.Where(e => e.FullName.EndsWith(".cs", StringComparison.Ordinal)))
            {
                using var reader = new StreamReader(entry.Open());
                files.Add(entry.FullName, reader.ReadToEnd());
            }

            return files;
        }
        finally
        {
            File.Delete(archive);
        }
    }

    static string Git(string root, params string[] arguments)
    {
        using Process git =
            Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = root, RedirectStandardOutput = true })!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {git.ExitCode}.");
    }
}

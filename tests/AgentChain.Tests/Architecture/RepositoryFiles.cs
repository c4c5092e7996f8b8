namespace AgentChain.Tests.Architecture;

/// <summary>The repository's own files, found by walking up from the test's binaries to the solution.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] GeneratedFolders =
    [
        ".git", ".vs", ".idea", ".vscode", "bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts", "__pycache__", "node_modules",
        "artifacts", "models/work", "out", "answers",
    ];

    public static string Root { get; } = FindRoot();

    /// <summary>Files under <paramref name="folder"/> (relative to the root, forward slashes), without build output.</summary>
    public static IEnumerable<string> Under(string folder, string pattern = "*")
    {
        string start = Path.Combine(Root, folder);
        if (!Directory.Exists(start))
        {
            yield break;
        }

        foreach (string file in Directory.EnumerateFiles(start, pattern))
        {
            yield return Relative(file);
        }

        foreach (string child in Directory.EnumerateDirectories(start))
        {
            string name = Relative(child);
            bool isGenerated = GeneratedFolders.Contains(name) || GeneratedFolders.Contains(Path.GetFileName(child));
            bool isLink = new DirectoryInfo(child).LinkTarget is not null;
            if (isGenerated || isLink)
            {
                continue;
            }

            foreach (string file in Under(name, pattern))
            {
                yield return file;
            }
        }
    }

    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root, relativePath));

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AgentChain.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No folder above the test binaries holds AgentChain.sln.");
    }
}

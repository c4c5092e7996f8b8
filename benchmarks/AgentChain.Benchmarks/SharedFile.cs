namespace AgentChain.Benchmarks;

/// <summary>Finds files of public data that are not part of the repository.</summary>
static class SharedFile
{
    /// <summary>Looks for a file in the folder shared/data next to the repository, or next to one of its parent folders.</summary>
    /// <param name="name">The name of the file.</param>
    /// <returns>The path; null if there is none.</returns>
    public static string? Find(string name)
    {
        for (DirectoryInfo? folder = new DirectoryInfo(RepositoryFiles.Find()).Parent; folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}

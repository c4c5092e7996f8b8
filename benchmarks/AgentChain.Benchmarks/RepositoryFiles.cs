namespace AgentChain.Benchmarks;

/// <summary>Finds the repository's files from wherever a benchmark runs.</summary>
static class RepositoryFiles
{
    public static string Find(params string[] parts)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AgentChain.sln")))
            {
                return Path.Combine([folder.FullName, .. parts]);
            }
        }

        throw new DirectoryNotFoundException("The benchmarks need the repository around them: models and samples are read from there.");
    }
}

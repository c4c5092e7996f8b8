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

        throw new DirectoryNotFoundException("No folder above the benchmarks is the repository; run them from inside it, because they read its models and samples.");
    }
}

namespace AgentChain.Benchmarks;

/// <summary>Finds the folder of public data beside the repository: <c>shared/data</c>, up to three folders above it.</summary>
static class SharedData
{
    /// <summary>Returns the path of a file; null, after a line that says so, if it is not there.</summary>
    public static string? Find(string file)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "shared", "data", file);
            if (File.Exists(path))
            {
                return path;
            }
        }

        Console.WriteLine($"skipped: shared/data/{file} is not beside the repository.");
        return null;
    }
}

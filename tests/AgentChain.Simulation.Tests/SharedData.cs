namespace AgentChain.Simulation.Tests;

/// <summary>Finds the folder of public data beside the repository: <c>shared/data</c>, up to three folders above it.</summary>
internal static class SharedData
{
    public static string PathOf(string file) => Find(file) ?? throw new FileNotFoundException(file);

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

        return null;
    }
}

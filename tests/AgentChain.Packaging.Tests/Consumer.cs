namespace AgentChain.Packaging.Tests;

/// <summary>A copy of a template, outside the repository, whose packages come from the packed ones and from this build's own.</summary>
internal sealed class Consumer
{
    private readonly string _folder;
    private readonly Dictionary<string, string> _environment;

    private Consumer(string folder)
    {
        _folder = folder;
        _environment = new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = PackagesFolder,
            ["OnnxRuntimeVersion"] = PackedPackages.OnnxRuntimeVersion,
            ["OnnxRuntimeGenAIVersion"] = PackedPackages.OnnxRuntimeGenAIVersion,
        };
    }

    /// <summary>
    /// A packages folder of its own: a package of this version from an earlier run must not answer for the one just packed.
    /// </summary>
    public string PackagesFolder => Path.Combine(_folder, "packages");

    public static async Task<Consumer> CopyAsync(PackedPackages packages, string template)
    {
        string folder = Path.Combine(packages.Work, template);
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(Path.Combine(packages.Root, "tests", template)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{packages.Feed}" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="restored" value="{PackedPackages.PackagesFolder}" />
              </fallbackPackageFolders>
            </configuration>
            """);
        return new Consumer(folder);
    }

    public Task<string> DotnetAsync(params string[] arguments) => DotnetCommand.RunAsync(_folder, _environment, arguments);
}

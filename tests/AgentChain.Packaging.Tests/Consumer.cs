using System.Xml.Linq;

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

    /// <summary>Copies a template.</summary>
    /// <param name="packages">The packed packages, which are the only source of those of this repository.</param>
    /// <param name="template">The folder in <c>tests</c>.</param>
    /// <param name="name">The name of the copy; that of the template by default.</param>
    /// <param name="caches">
    /// Folders of restored packages besides that of this build. They are sources of other packages only: a cache of the machine may have
    /// a package of this repository, of the same version and older.
    /// </param>
    public static async Task<Consumer> CopyAsync(PackedPackages packages, string template, string? name = null, params string[] caches)
    {
        string folder = Path.Combine(packages.Work, name ?? template);
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(Path.Combine(packages.Root, "tests", template)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        string[] restored = [.. caches, PackedPackages.PackagesFolder];
        var configuration = new XElement(
            "configuration",
            new XElement(
                "packageSources",
                new XElement("clear"),
                Source("packed", packages.Feed),
                restored.Select((cache, i) => Source($"restored{i}", cache))),
            new XElement("fallbackPackageFolders", new XElement("clear")),
            new XElement(
                "packageSourceMapping",
                Mapping("packed", "AgentChain", "AgentChain.*"),
                restored.Select((_, i) => Mapping($"restored{i}", "*"))));
        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), configuration.ToString());
        return new Consumer(folder);

        static XElement Source(string key, string value) => new("add", new XAttribute("key", key), new XAttribute("value", value));

        static XElement Mapping(string source, params string[] patterns) => new(
            "packageSource", new XAttribute("key", source), patterns.Select(p => new XElement("package", new XAttribute("pattern", p))));
    }

    public Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(_folder, file), text);

    public Task<string> DotnetAsync(params string[] arguments) => DotnetCommand.RunAsync(_folder, _environment, arguments);
}

using System.IO.Compression;
using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace AgentChain.Packaging.Tests;

/// <summary>The packages, packed once into a folder of their own from what the solution's build left.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    public static readonly string[] Ids =
    [
        "AgentChain", "AgentChain.AgentFramework", "AgentChain.Extensions.AI", "AgentChain.NAudio", "AgentChain.Onnx",
        "AgentChain.Onnx.Extensions.AI", "AgentChain.Onnx.Gpu", "AgentChain.Polly", "AgentChain.Remote",
        "AgentChain.Simulation", "AgentChain.Testing",
    ];

    /// <summary>The packages that only bring other packages.</summary>
    public static readonly string[] WithoutCode = ["AgentChain.Onnx.Gpu"];

    private static readonly Dictionary<string, string> Nothing = [];

    public string Root { get; } = FindRoot();

    public string Work { get; } = Directory.CreateTempSubdirectory("agentchain-packaging-").FullName;

    public string Feed => Path.Combine(Work, "feed");

    /// <summary>
    /// The folder this build restored its own packages into: the consumer's other packages come from it without a network.
    /// </summary>
    public static string PackagesFolder => Metadata("PackagesFolder");

    public static string OnnxRuntimeVersion => Metadata("OnnxRuntimeVersion");

    public static string OnnxRuntimeGpuVersion => Metadata("OnnxRuntimeGpuVersion");

    public static string OnnxRuntimeGenAIVersion => Metadata("OnnxRuntimeGenAIVersion");

    public async ValueTask InitializeAsync() => await PackAsync(Feed);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Work, recursive: true);
        return ValueTask.CompletedTask;
    }

    public async Task PackAsync(string folder)
    {
        foreach (string id in Ids)
        {
            await DotnetCommand.RunAsync(
                Root, Nothing, "pack", $"src/{id}", "--no-build", "--configuration", Metadata("Configuration"), "--output", folder, "--nologo",
                "-p:ContinuousIntegrationBuild=true");
        }
    }

    public string PathOf(string id, string extension = "nupkg") =>
        Assert.Single(Directory.GetFiles(Feed, $"{id}.?.?.?.{extension}"));

    public string[] Entries(string id, string extension = "nupkg")
    {
        using ZipArchive archive = ZipFile.OpenRead(PathOf(id, extension));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    public byte[] Content(string id, string entry)
    {
        using ZipArchive archive = ZipFile.OpenRead(PathOf(id));
        using Stream stream = archive.GetEntry(entry)!.Open();
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }

    public string Text(string id, string entry) => Encoding.UTF8.GetString(Content(id, entry));

    public XElement Metadata(string id, out XNamespace xml)
    {
        using ZipArchive archive = ZipFile.OpenRead(PathOf(id));
        using Stream stream = archive.GetEntry($"{id}.nuspec")!.Open();
        XElement package = XDocument.Load(stream).Root!;
        xml = package.Name.Namespace;
        return package.Element(xml + "metadata")!;
    }

    private static string Metadata(string key) => typeof(PackedPackages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AgentChain.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("No folder above the test binaries holds AgentChain.sln.");
    }
}

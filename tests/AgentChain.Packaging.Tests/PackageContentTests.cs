using System.Xml.Linq;

namespace AgentChain.Packaging.Tests;

[Collection(nameof(PackedPackages))]
public sealed class PackageContentTests(PackedPackages packages)
{
    [Theory]
    [InlineData("AgentChain", new[]
    {
        "Microsoft.Extensions.DependencyInjection.Abstractions",
        "Microsoft.Extensions.Hosting.Abstractions",
        "Microsoft.Extensions.Logging.Abstractions",
        "Microsoft.Extensions.Options",
        "Microsoft.Extensions.Options.ConfigurationExtensions",
        "System.Threading.Tasks.Dataflow",
    })]
    [InlineData("AgentChain.Onnx", new[] { "AgentChain", "Microsoft.ML.OnnxRuntime.Managed" })]
    [InlineData("AgentChain.Onnx.Gpu", new[] { "AgentChain.Onnx", "Microsoft.ML.OnnxRuntime.Gpu" })]
    [InlineData("AgentChain.Testing", new[] { "AgentChain" })]
    public void Pack_Dependencies_AreTheRealOnesByTheirOwnIds(string id, string[] expected)
    {
        XElement metadata = packages.Metadata(id, out XNamespace xml);

        XElement group = Assert.Single(metadata.Descendants(xml + "group"));

        Assert.Equal("net10.0", group.Attribute("targetFramework")!.Value);
        Assert.Equal(expected, group.Elements(xml + "dependency").Select(dependency => dependency.Attribute("id")!.Value).Order());
    }

    [Theory]
    [InlineData("AgentChain")]
    [InlineData("AgentChain.Onnx")]
    [InlineData("AgentChain.Onnx.Gpu")]
    [InlineData("AgentChain.Testing")]
    public void Pack_Metadata_TellsAStrangerWhatItIs(string id)
    {
        XElement metadata = packages.Metadata(id, out XNamespace xml);

        Assert.Equal("MIT", metadata.Element(xml + "license")!.Value);
        Assert.Equal("README.md", metadata.Element(xml + "readme")!.Value);
        Assert.True(metadata.Element(xml + "description")!.Value.Length > 80);
        Assert.Contains("agents", metadata.Element(xml + "tags")!.Value.Split(' '));
        Assert.Null(metadata.Element(xml + "projectUrl"));
        Assert.Null(metadata.Element(xml + "repository")?.Attribute("url"));
    }

    [Theory]
    [InlineData("AgentChain")]
    [InlineData("AgentChain.Onnx")]
    [InlineData("AgentChain.Testing")]
    public void Pack_Content_IsAssemblyDocumentationReadmeAndSymbols(string id)
    {
        Assert.Equivalent(
            new[] { $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", "README.md", $"{id}.nuspec", "[Content_Types].xml" },
            Content(id),
            strict: true);
        Assert.Contains($"lib/net10.0/{id}.pdb", packages.Entries(id, "snupkg"));
    }

    [Fact]
    public void Pack_Gpu_HasNoCodeAndBringsTheCudaBuildByVersion()
    {
        const string id = "AgentChain.Onnx.Gpu";
        XElement metadata = packages.Metadata(id, out XNamespace xml);

        XElement gpu = metadata.Descendants(xml + "dependency").Single(d => d.Attribute("id")!.Value == "Microsoft.ML.OnnxRuntime.Gpu");

        Assert.Equal(PackedPackages.OnnxRuntimeGpuVersion, gpu.Attribute("version")!.Value);
        Assert.Null(gpu.Attribute("exclude"));
        Assert.Equivalent(new[] { "README.md", $"{id}.nuspec", "[Content_Types].xml" }, Content(id), strict: true);
    }

    [Fact]
    public async Task Pack_Twice_GivesTheSameBytes()
    {
        string again = Path.Combine(packages.Work, "again");

        await packages.PackAsync(again);

        Assert.All(PackedPackages.Ids, id => Assert.Equal(
            File.ReadAllBytes(packages.PathOf(id)), File.ReadAllBytes(Path.Combine(again, Path.GetFileName(packages.PathOf(id))))));
    }

    private string[] Content(string id) =>
    [
        .. packages.Entries(id).Where(entry =>
            !entry.StartsWith("_rels/", StringComparison.Ordinal) && !entry.StartsWith("package/", StringComparison.Ordinal)),
    ];
}

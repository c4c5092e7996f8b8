using System.Buffers.Binary;
using System.Xml.Linq;

namespace AgentChain.Packaging.Tests;

[Collection(nameof(PackedPackages))]
public sealed class PackageContentTests(PackedPackages packages)
{
    public static TheoryData<string> All => [.. PackedPackages.Ids];

    public static TheoryData<string> WithCode => [.. PackedPackages.Ids.Except(PackedPackages.WithoutCode)];

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
    [InlineData("AgentChain.AgentFramework", new[]
    {
        "AgentChain.Extensions.AI", "Microsoft.Agents.AI.Abstractions", "Microsoft.Agents.AI.Workflows",
    })]
    [InlineData("AgentChain.Extensions.AI", new[] { "AgentChain", "Microsoft.Extensions.AI.Abstractions", "Microsoft.Extensions.VectorData.Abstractions" })]
    [InlineData("AgentChain.NAudio", new[] { "AgentChain.Onnx", "NAudio.Core" })]
    [InlineData("AgentChain.Onnx", new[] { "AgentChain", "Concentus", "Google.Protobuf", "Microsoft.ML.OnnxRuntime.Managed" })]
    [InlineData("AgentChain.Onnx.Extensions.AI", new[] { "AgentChain.Onnx", "Microsoft.Extensions.AI.Abstractions" })]
    [InlineData("AgentChain.Onnx.Gpu", new[] { "AgentChain.Onnx", "Microsoft.ML.OnnxRuntime.Gpu" })]
    [InlineData("AgentChain.Polly", new[] { "AgentChain", "Polly.Core" })]
    [InlineData("AgentChain.Remote", new[] { "AgentChain", "Google.Protobuf", "Grpc.Net.Client", "Microsoft.Extensions.AI.Abstractions" })]
    [InlineData("AgentChain.Simulation", new[] { "AgentChain" })]
    [InlineData("AgentChain.Testing", new[] { "AgentChain" })]
    public void Pack_Dependencies_AreTheRealOnesByTheirOwnIds(string id, string[] expected)
    {
        XElement metadata = packages.Metadata(id, out XNamespace xml);

        XElement group = Assert.Single(metadata.Descendants(xml + "group"));

        Assert.Equal("net10.0", group.Attribute("targetFramework")!.Value);
        Assert.Equal(expected, group.Elements(xml + "dependency").Select(dependency => dependency.Attribute("id")!.Value).Order());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Pack_Metadata_TellsAStrangerWhatItIs(string id)
    {
        XElement metadata = packages.Metadata(id, out XNamespace xml);
        string[] tags = metadata.Element(xml + "tags")!.Value.Split(' ');

        Assert.Equal("MIT", metadata.Element(xml + "license")!.Value);
        Assert.Equal("README.md", metadata.Element(xml + "readme")!.Value);
        Assert.Equal("icon.png", metadata.Element(xml + "icon")!.Value);
        Assert.Equal("AgentChain contributors", metadata.Element(xml + "authors")!.Value);
        Assert.InRange(metadata.Element(xml + "description")!.Value.Length, 81, 400);
        Assert.Contains("agents", tags);
        Assert.InRange(tags.Length, 5, 10);
        // The repository names no address of its own, so the packages cannot either.
        Assert.Null(metadata.Element(xml + "projectUrl"));
        Assert.Null(metadata.Element(xml + "repository")?.Attribute("url"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Pack_Icon_IsASmallPicture(string id)
    {
        byte[] icon = packages.Content(id, "icon.png");

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], icon[..4]);
        Assert.InRange(icon.Length, 100, 10_000);
        // The width and the height are big-endian, after the signature and the head of the first chunk.
        Assert.Equal((128, 128), (BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20))));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Pack_Readme_BeginsWithThePackageAndSaysWhatItNeeds(string id)
    {
        string readme = packages.Text(id, "README.md");

        Assert.StartsWith($"# {id}\n", readme.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("Requires .NET 10. License: MIT.", readme, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WithCode))]
    public void Pack_Content_IsAssemblyDocumentationReadmeIconAndSymbols(string id)
    {
        Assert.Equivalent(
            new[] { $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", "README.md", "icon.png", $"{id}.nuspec", "[Content_Types].xml" },
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
        Assert.Equivalent(new[] { "README.md", "icon.png", $"{id}.nuspec", "[Content_Types].xml" }, Content(id), strict: true);
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

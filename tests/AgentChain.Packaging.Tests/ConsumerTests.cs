using System.IO.Compression;
using System.Security.Cryptography;

namespace AgentChain.Packaging.Tests;

[Collection(nameof(PackedPackages))]
public sealed class ConsumerTests(PackedPackages packages)
{
    [Fact]
    public async Task Consumer_RestoredFromAFolder_RunsAChainAndFindsOnnxRuntime()
    {
        Consumer consumer = await Consumer.CopyAsync(packages, "Consumer");

        string output = await consumer.DotnetAsync("run", "--project", "Consumer.csproj");

        Assert.Equal(
            ["A CHAIN FROM A PACKAGE", "Completed, all time attributed: True", $"ONNX Runtime {PackedPackages.OnnxRuntimeVersion}"],
            Lines(output));
        Assert.True(Directory.Exists(Path.Combine(consumer.PackagesFolder, "agentchain.onnx")));
    }

    /// <summary>Both bring ONNX Runtime: there must be one native library, the same for both, and publishing must not find two.</summary>
    [Fact]
    public async Task Consumer_WithOnnxRuntimeGenAI_PublishesAndLoadsBoth()
    {
        Consumer consumer = await Consumer.CopyAsync(packages, "ConsumerWithGenAI");

        await consumer.DotnetAsync("publish", "--configuration", "Release", "--output", "published");
        string output = await consumer.DotnetAsync(Path.Combine("published", "ConsumerWithGenAI.dll"));

        Assert.Equal(
            [$"ONNX Runtime {PackedPackages.OnnxRuntimeVersion}", "onnxruntime-genai misses a file: True"],
            Lines(output));
    }

    [Fact]
    public async Task Consumer_CacheWithAnOlderPackageOfTheSameVersion_GetsThePackedOne()
    {
        string cache = Path.Combine(packages.Work, "cache"), stale = Path.Combine(cache, "agentchain", "0.1.0");
        Directory.CreateDirectory(stale);
        string package = Path.Combine(stale, "agentchain.0.1.0.nupkg");
        File.Copy(packages.PathOf("AgentChain"), package);
        await using (ZipArchive archive = await ZipFile.OpenAsync(package, ZipArchiveMode.Update))
        {
            archive.CreateEntry("stale.txt");
        }

        await ZipFile.ExtractToDirectoryAsync(package, stale);
        File.Move(Path.Combine(stale, "AgentChain.nuspec"), Path.Combine(stale, "agentchain.nuspec"));
        await File.WriteAllTextAsync(package + ".sha512", Convert.ToBase64String(SHA512.HashData(await File.ReadAllBytesAsync(package))));
        await File.WriteAllTextAsync(Path.Combine(stale, ".nupkg.metadata"), """{ "version": 2, "contentHash": "", "source": null }""");
        Consumer consumer = await Consumer.CopyAsync(packages, "Consumer", "StaleCache", cache);

        await consumer.DotnetAsync("restore");

        string restored = Path.Combine(consumer.PackagesFolder, "agentchain", "0.1.0");
        Assert.True(File.Exists(Path.Combine(restored, "agentchain.nuspec")));
        Assert.False(File.Exists(Path.Combine(restored, "stale.txt")));
    }

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

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

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

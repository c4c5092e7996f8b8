namespace AgentChain.Packaging.Tests;

[Collection(nameof(PackedPackages))]
public sealed class ConsumerTests(PackedPackages packages)
{
    [Fact]
    public async Task Consumer_RestoredFromAFolder_RunsAChainAndFindsOnnxRuntime()
    {
        string project = Path.Combine(packages.Work, "consumer");
        Directory.CreateDirectory(project);
        foreach (string file in Directory.GetFiles(Path.Combine(packages.Root, "tests", "Consumer")))
        {
            File.Copy(file, Path.Combine(project, Path.GetFileName(file)));
        }

        await File.WriteAllTextAsync(Path.Combine(project, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{packages.Feed}" />
                <add key="onnxruntime" value="{Path.Combine(packages.Root, "eng", "feed")}" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="restored" value="{PackedPackages.PackagesFolder}" />
              </fallbackPackageFolders>
            </configuration>
            """);
        // A packages folder of its own: a package of this version from an earlier run must not answer for the one just packed.
        Dictionary<string, string> environment = new() { ["NUGET_PACKAGES"] = Path.Combine(packages.Work, "packages") };

        string output = await DotnetCommand.RunAsync(project, environment, "run", "--project", "Consumer.csproj");

        Assert.Equal(
            ["A CHAIN FROM A PACKAGE", "Completed, all time attributed: True", "ONNX Runtime 1.29.0"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.True(Directory.Exists(Path.Combine(packages.Work, "packages", "agentchain.onnx")));
    }
}

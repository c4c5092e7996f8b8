namespace AgentChain.Packaging.Tests;

[Collection(nameof(PackedPackages))]
public sealed class ReadmeExampleTests(PackedPackages packages)
{
    private const string Fence = "```";

    /// <summary>The first example of each README is a whole program; it is compiled against the packages that were packed.</summary>
    [Fact]
    public async Task Example_OfEveryPackage_CompilesAgainstThePackages()
    {
        Consumer consumer = await Consumer.CopyAsync(packages, "ReadmeExamples");
        foreach (string id in PackedPackages.Ids)
        {
            await consumer.WriteAsync($"{id}.cs", Wrap(id, Example(id)));
        }

        await consumer.DotnetAsync("build");
    }

    private string[] Example(string id)
    {
        string[] example =
        [
            .. packages.Text(id, "README.md").ReplaceLineEndings("\n").Split('\n')
                .SkipWhile(line => line != $"{Fence}csharp").Skip(1).TakeWhile(line => line != Fence),
        ];
        Assert.True(example.Length >= 5, $"The README of {id} has no example of five lines or more.");
        return example;
    }

    /// <summary>Several programs become one library: the statements of each go into a method, its types stay beside it.</summary>
    private static string Wrap(string id, string[] example)
    {
        string[] usings = [.. example.TakeWhile(IsUsing)];
        string[] statements =
            [.. example.Skip(usings.Length).TakeWhile(line => !line.StartsWith("sealed class ", StringComparison.Ordinal))];
        string[] types = [.. example.Skip(usings.Length + statements.Length)];
        return string.Join('\n', [
            .. usings,
            $"namespace Examples.Of{id.Replace(".", "", StringComparison.Ordinal)};",
            "static class Example",
            "{",
            "    public static async Task RunAsync()",
            "    {",
            .. statements,
            "    }",
            "}",
            .. types]);
    }

    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=', StringComparison.Ordinal);
}

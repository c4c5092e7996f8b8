using System.Text.RegularExpressions;

namespace AgentChain.Tests.Architecture;

public sealed partial class SourceRulesTests
{
    private const int LongestFile = 400;

    /// <summary>Core loops that read better whole, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    /// <summary>The folders whose public types are in the namespace AgentChain, so that a first chain needs one using.</summary>
    private static readonly string[] Everyday = ["AgentChain.Turns", "AgentChain.Budgets", "AgentChain.Blocks", "AgentChain.Building", "AgentChain.Diagnostics"];

    /// <summary>The packages whose types are in one namespace, whatever their folder, so that a host needs one using.</summary>
    private static readonly string[] Flat = ["AgentChain.Extensions.AI", "AgentChain.Remote", "AgentChain.Simulation"];

    private static readonly string[] TextFiles =
    [
        ".cs", ".csproj", ".props", ".targets", ".proj", ".config", ".sln", ".json", ".md", ".txt", ".xml", ".yml", ".yaml", ".sh", ".py",
        ".editorconfig", ".gitignore", "",
    ];

    [Fact]
    public void Files_Everywhere_NameNoMachinePathAndNoRegistryHost()
    {
        List<string> found = [];
        int filesRead = 0;
        foreach (string file in RepositoryFiles.Under("").Where(file => TextFiles.Contains(Path.GetExtension(file))))
        {
            filesRead++;
            found.AddRange(MachineOrHost().Matches(RepositoryFiles.Read(file)).Select(match => $"{file}: {match.Value}"));
        }

        Assert.True(filesRead > 10, "The repository's files were not found.");
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public void Files_InSrc_StayShort()
    {
        string[] found = RepositoryFiles.Under("src", "*.cs")
            .Select(file => (File: file, Lines: RepositoryFiles.Read(file).Split('\n').Length))
            .Where(entry => entry.Lines > LongestFile && !LongFiles.ContainsKey(entry.File))
            .Select(entry => $"{entry.File}: {entry.Lines} lines, more than {LongestFile}.")
            .ToArray();

        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public void Namespaces_InSrcAndSamples_FollowFolders()
    {
        List<string> found = [];
        foreach (string file in RepositoryFiles.Under("src", "*.cs").Concat(RepositoryFiles.Under("samples", "*.cs")))
        {
            string[] parts = file.Split('/');
            string source = RepositoryFiles.Read(file);
            string expected = Flat.Contains(parts[1]) ? parts[1] : string.Join('.', parts[1..^1]);
            Match declared = Namespace().Match(source);
            bool hasTopLevelStatements = parts[^1] is "Program.cs" or "AssemblyInfo.cs" && !declared.Success;
            bool isEveryday = declared.Groups["name"].Value == "AgentChain" && Everyday.Contains(expected) && PublicType().IsMatch(source);
            bool isExtension = declared.Groups["name"].Value == "Microsoft.Extensions.DependencyInjection" && parts[^2] == "DependencyInjection" && parts[^1].EndsWith("Extensions.cs", StringComparison.Ordinal);
            if (!hasTopLevelStatements && !isEveryday && !isExtension && declared.Groups["name"].Value != expected)
            {
                found.Add($"{file}: namespace '{declared.Groups["name"].Value}' should be '{expected}' and file-scoped.");
            }
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public void Types_InSrc_HaveAFileOfTheirName()
    {
        List<string> found = [];
        foreach (string file in RepositoryFiles.Under("src", "*.cs"))
        {
            string name = Path.GetFileName(file).Split('.')[0];
            string[] types = [.. TopLevelType().Matches(RepositoryFiles.Read(file)).Select(m => m.Groups["name"].Value)];
            if (types.Length > 1 || types.Any(t => name != t && name != $"{t}OfT"))
            {
                found.Add($"{file}: {string.Join(", ", types)}");
            }
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public void Loaders_InOnnx_ReadModelFilesThroughTheFolderFiles()
    {
        const string readers = "src/AgentChain.Onnx/Files/";
        string[] found = RepositoryFiles.Under("src/AgentChain.Onnx", "*.cs")
            .Where(file => !file.StartsWith(readers, StringComparison.Ordinal))
            .SelectMany(file => UncheckedReading().Matches(RepositoryFiles.Read(file)).Select(match => $"{file}: {match.Value} has no limits; use the types of Files."))
            .ToArray();

        Assert.Contains(RepositoryFiles.Under(readers[..^1], "*.cs"), file => UncheckedReading().IsMatch(RepositoryFiles.Read(file)));
        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }

    [Theory]
    [InlineData("/" + "work/models", true)]
    [InlineData("\"/" + "tmp/x.wav\"", true)]
    [InlineData("https://api.nuget" + ".org/v3/index.json", true)]
    [InlineData("registry.npmjs" + ".org", true)]
    [InlineData("models/work/data.txt", false)]
    [InlineData("#!/usr/bin/env bash", false)]
    public void MachineOrHost_Text_IsRecognized(string text, bool isOne)
    {
        Assert.Equal(isOne, MachineOrHost().IsMatch(text));
    }

    [GeneratedRegex(@"(?<![\w.)}\]$-])/(?:work|tmp|root|home|Users)/\w|[A-Za-z]:\\Users\\|nuget\.org|npmjs\.(?:org|com)|deb\.debian\.org")]
    private static partial Regex MachineOrHost();

    [GeneratedRegex(@"\b(?:JsonDocument|JsonElement|JsonSerializer|Utf8JsonReader|JsonNode)\b|\bFile\.Read\w*")]
    private static partial Regex UncheckedReading();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?:public |internal |sealed |abstract |static |readonly |partial |ref |unsafe )*(?:(?:record struct|record class|class|record|struct|interface|enum) (?<name>\w+)|delegate [\w<>\[\]?., ]+? (?<name>\w+)(?:<[^>]*>)?\()", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^public (?:sealed |abstract |static |readonly |partial |ref )*(?:record|class|struct|interface|enum|delegate)\b", RegexOptions.Multiline)]
    private static partial Regex PublicType();
}

using System.Text.RegularExpressions;

namespace AgentChain.Tests.Architecture;

/// <summary>
/// Each folder may use the folders on its line and no others. The lines stand in order: a folder only names folders above it, so the
/// arrows cannot form a circle.
/// </summary>
public sealed partial class FolderArrowsTests
{
    private const string Engine = "AgentChain";
    private const string Models = "AgentChain.Onnx";

    private static readonly (string Folder, string[] Uses)[] EngineArrows =
    [
        ("Budgets", []),
        ("Devices", []),
        ("Speculation", ["Budgets"]),
        ("Turns", ["Budgets", "Speculation"]),
        ("Diagnostics", ["Budgets", "Speculation", "Turns"]),
        ("Blocks", ["Budgets", "Devices", "Speculation", "Turns"]),
        ("Simulation", ["Budgets", "Devices", "Speculation", "Turns", "Blocks"]),
        ("Flow", ["Budgets", "Devices", "Speculation", "Turns", "Diagnostics", "Blocks"]),
        ("Building", ["Budgets", "Devices", "Speculation", "Turns", "Diagnostics", "Blocks", "Flow"]),
        ("DependencyInjection", ["Budgets", "Devices", "Speculation", "Turns", "Diagnostics", "Blocks", "Building"]),
    ];

    private static readonly (string Folder, string[] Uses)[] ModelArrows =
    [
        ("Runtime", []),
        ("Tokenization", ["Runtime"]),
        ("Speech", ["Runtime"]),
        ("Language", ["Runtime", "Tokenization"]),
        ("Retrieval", ["Runtime", "Tokenization"]),
    ];

    /// <summary>Where a chain takes, and is, anybody's Dataflow block; all else about Dataflow is Flow's alone.</summary>
    private static readonly string[] DataflowSeams = ["src/AgentChain/ChainOfT.Turns.cs", "src/AgentChain/Building/ChainBuilder.Through.cs"];

    /// <summary>The folders whose objects decide and never wait; the simulator and the real flow feed them events.</summary>
    private static readonly string[] PureFolders = ["Budgets", "Speculation"];

    [Theory]
    [InlineData(Engine)]
    [InlineData(Models)]
    public void Arrows_Table_OnlyNamesFoldersAbove(string project)
    {
        HashSet<string> above = [];
        foreach ((string folder, string[] uses) in ArrowsOf(project))
        {
            Assert.All(uses, used => Assert.True(above.Contains(used), $"{folder} uses {used}, which does not stand above it."));
            Assert.True(above.Add(folder), $"{folder} stands twice.");
        }
    }

    [Theory]
    [InlineData(Engine)]
    [InlineData(Models)]
    public void Arrows_Sources_UseOnlyWhatTheTableNames(string project)
    {
        Dictionary<string, string[]> table = ArrowsOf(project).ToDictionary(arrow => arrow.Folder, arrow => arrow.Uses);
        List<string> found = [];
        int filesRead = 0;

        foreach ((string file, string folder) in FilesOf(project))
        {
            filesRead++;
            if (!table.TryGetValue(folder, out string[]? allowed))
            {
                found.Add($"{file}: the folder {folder} has no line in the table.");
                continue;
            }

            IEnumerable<string> used = Reference(project).Matches(WithoutComments(RepositoryFiles.Read(file)))
                .Select(match => match.Groups["folder"].Value)
                .Where(name => name != folder && table.ContainsKey(name))
                .Distinct()
                .Except(allowed);
            found.AddRange(used.Select(name => $"{file}: {folder} -> {name} is not in the table."));
        }

        Assert.True(filesRead > 0, $"No source was found under src/{project}.");
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Theory]
    [InlineData(Engine)]
    [InlineData(Models)]
    public void Arrows_Project_HasNoGlobalUsings(string project)
    {
        Assert.DoesNotContain("<Using ", RepositoryFiles.Read($"src/{project}/{project}.csproj"), StringComparison.Ordinal);
        Assert.All(FilesOf(project), entry => Assert.DoesNotContain("global using", RepositoryFiles.Read(entry.File), StringComparison.Ordinal));
    }

    [Fact]
    public void PureFolders_Sources_NeitherWaitNorRun()
    {
        string[] found = FilesOf(Engine)
            .Where(entry => PureFolders.Contains(entry.Folder))
            .SelectMany(entry => Waiting().Matches(WithoutComments(RepositoryFiles.Read(entry.File)))
                .Select(match => $"{entry.File}: {match.Value}"))
            .ToArray();

        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public void Dataflow_Sources_OnlyFlowAndTheSeamsNameIt()
    {
        string[] found = RepositoryFiles.Under("src", "*.cs")
            .Where(file => !file.StartsWith("src/AgentChain/Flow/", StringComparison.Ordinal) && !DataflowSeams.Contains(file))
            .Where(file => WithoutComments(RepositoryFiles.Read(file)).Contains("System.Threading.Tasks.Dataflow", StringComparison.Ordinal))
            .ToArray();

        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }

    [Theory]
    [InlineData("Budgets", "using AgentChain.Flow;", "Flow")]
    [InlineData("Turns", "AgentChain.Blocks.IBlock block;", "Blocks")]
    [InlineData("Turns", "using static AgentChain.Devices.DeviceLane;", "Devices")]
    public void Reference_EveryWayToNameAFolder_IsSeen(string folder, string source, string used)
    {
        Assert.NotEqual(folder, used);
        Assert.Equal(used, Assert.Single(Reference(Engine).Matches(source)).Groups["folder"].Value);
    }

    private static (string Folder, string[] Uses)[] ArrowsOf(string project) => project == Engine ? EngineArrows : ModelArrows;

    private static IEnumerable<(string File, string Folder)> FilesOf(string project) => RepositoryFiles.Under($"src/{project}", "*.cs")
        .Select(file => (File: file, Parts: file.Split('/')))
        .Where(entry => entry.Parts.Length > 3)
        .Select(entry => (entry.File, entry.Parts[2]));

    private static Regex Reference(string project) => new($@"\b{Regex.Escape(project)}\.(?<folder>[A-Z]\w*)");

    private static string WithoutComments(string source) => Comment().Replace(source, "");

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bawait\b|\basync\b|\bnew (Thread|Timer|Channel)\b|\bTask\.(Run|Delay)\b|System\.Threading\.Tasks\.Dataflow")]
    private static partial Regex Waiting();
}

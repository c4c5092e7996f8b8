using System.Text.RegularExpressions;
using AgentChain.Engine.Queues;

namespace AgentChain.Tests.Architecture;

/// <summary>
/// Each folder may use the folders on its line and no others. The table is ordered: a folder only names folders above it, so the arrows
/// cannot form a circle. The rooms of the engine are lines of their own.
/// </summary>
public sealed partial class FolderArrowsTests
{
    private const string Engine = "AgentChain";
    private const string Models = "AgentChain.Onnx";

    /// <summary>The folder whose folders are rooms with arrows of their own.</summary>
    private const string Rooms = "Engine";

    /// <summary>The folders that every folder of the engine may use.</summary>
    private static readonly string[] Public = ["Budgets", "Costs", "Devices", "Speculation", "Turns", "Diagnostics", "Blocks", "Forecasts"];

    private static readonly (string Folder, string[] Uses)[] EngineArrows =
    [
        ("Budgets", []),
        ("Devices", []),
        ("Placement", ["Devices"]),
        ("Costs", ["Placement"]),
        ("Speculation", ["Budgets"]),
        ("Turns", ["Budgets", "Speculation"]),
        ("Diagnostics", ["Budgets", "Speculation", "Turns"]),
        ("Blocks", ["Budgets", "Costs", "Devices", "Speculation", "Turns"]),
        ("Forecasts", ["Budgets", "Costs", "Devices", "Speculation", "Turns", "Blocks"]),
        ("Simulation", ["Budgets", "Devices", "Speculation", "Turns", "Blocks"]),
        ("Engine.Primitives", []),
        ("Engine.Queues", ["Engine.Primitives"]),
        ("Engine.Deadlines", ["Budgets"]),
        ("Engine.Turns", [.. Public, "Engine.Primitives", "Engine.Queues", "Engine.Deadlines"]),
        ("Engine.Links", [.. Public, "Engine.Primitives", "Engine.Queues", "Engine.Turns"]),
        ("Engine.Runs", [.. Public, "Engine.Primitives", "Engine.Deadlines", "Engine.Turns", "Engine.Links"]),
        ("Engine.Nodes", [.. Public, "Engine.Primitives", "Engine.Turns", "Engine.Links", "Engine.Runs"]),
        ("Engine.Interop", [.. Public, "Engine.Primitives", "Engine.Deadlines", "Engine.Turns", "Engine.Links", "Engine.Runs"]),
        ("Engine.Speculation", [.. Public, "Engine.Primitives", "Engine.Deadlines", "Engine.Turns", "Engine.Links", "Engine.Runs", "Engine.Nodes"]),
        ("Engine.Reporting", [.. Public, "Engine.Turns", "Engine.Speculation"]),
        ("Building", [.. Public, "Placement", "Engine.Primitives", "Engine.Turns", "Engine.Links", "Engine.Runs", "Engine.Nodes", "Engine.Interop", "Engine.Speculation", "Engine.Reporting"]),
        ("DependencyInjection", ["Budgets", "Devices", "Placement", "Speculation", "Turns", "Diagnostics", "Blocks", "Building"]),
    ];

    private static readonly (string Folder, string[] Uses)[] ModelArrows =
    [
        ("Runtime", []),
        ("Files", ["Runtime"]),
        ("Tokenization", ["Runtime", "Files"]),
        ("Speech", ["Runtime", "Files", "Tokenization"]),
        ("Pruning", ["Runtime", "Files"]),
        ("Language", ["Runtime", "Files", "Tokenization", "Pruning"]),
        ("Retrieval", ["Runtime", "Files", "Tokenization"]),
    ];

    /// <summary>
    /// The files in which a chain accepts a Dataflow block, or is one; everything else about Dataflow belongs to the engine.
    /// </summary>
    private static readonly string[] DataflowSeams = ["src/AgentChain/ChainBase.Turns.cs", "src/AgentChain/Building/ChainBuilder.Through.cs"];

    /// <summary>The folders whose objects decide and never wait; the simulator and the engine feed them events.</summary>
    private static readonly string[] PureFolders = ["Budgets", "Costs", "Forecasts", "Placement", "Speculation"];

    [Theory]
    [InlineData(Engine)]
    [InlineData(Models)]
    public void Arrows_Table_OnlyNamesFoldersAbove(string project)
    {
        HashSet<string> above = [];
        foreach ((string folder, string[] uses) in ArrowsOf(project))
        {
            Assert.All(uses, used => Assert.True(above.Contains(used), $"{folder} uses {used}, which is not above it."));
            Assert.True(above.Add(folder), $"{folder} is in the table twice.");
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

        // Public everyday types need no using: they are found by their names.
        Dictionary<string, string> everyday = FilesOf(project)
            .Where(entry => RepositoryFiles.Read(entry.File).Contains("\nnamespace AgentChain;\n", StringComparison.Ordinal))
            .Select(entry => (Type: Path.GetFileName(entry.File).Split('.')[0].Replace("OfT", "", StringComparison.Ordinal), entry.Folder))
            .Distinct()
            .ToDictionary(entry => entry.Type, entry => entry.Folder);

        foreach ((string file, string folder) in FilesOf(project))
        {
            filesRead++;
            if (!table.TryGetValue(folder, out string[]? allowed))
            {
                found.Add($"{file}: the folder {folder} has no line in the table.");
                continue;
            }

            string source = WithoutComments(RepositoryFiles.Read(file));
            IEnumerable<string> used = Reference(project).Matches(source)
                .Select(match => match.Groups["folder"].Value)
                .Concat(Word().Matches(source).Select(match => everyday.GetValueOrDefault(match.Value, "")))
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
    public void Dataflow_Sources_OnlyTheEngineAndTheSeamsNameIt()
    {
        string[] found = RepositoryFiles.Under("src", "*.cs")
            .Where(file => !file.StartsWith("src/AgentChain/Engine/", StringComparison.Ordinal) && !DataflowSeams.Contains(file))
            .Where(file => WithoutComments(RepositoryFiles.Read(file)).Contains("System.Threading.Tasks.Dataflow", StringComparison.Ordinal))
            .ToArray();

        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }

    [Theory]
    [InlineData("Budgets", "using AgentChain.Engine.Runs;", "Engine.Runs")]
    [InlineData("Turns", "AgentChain.Blocks.Redaction.PiiRedactor redactor;", "Blocks")]
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
        .Select(entry => (entry.File, entry.Parts[2] == Rooms ? $"{Rooms}.{entry.Parts[3]}" : entry.Parts[2]));

    private static Regex Reference(string project) => new($@"\b{Regex.Escape(project)}\.(?<folder>{Rooms}\.[A-Z]\w*|[A-Z]\w*)");

    private static string WithoutComments(string source) => Text().Replace(Comment().Replace(source, ""), "\"\"");

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("\"(?:[^\"\\\\\\n]|\\\\.)*\"")]
    private static partial Regex Text();

    // Not a member: that may have the name of a type.
    [GeneratedRegex(@"(?<![.\w])[A-Z]\w*\b(?=[<(?\[ .>),;])(?! (?:=>|\{ get|\{ set|\{ private))")]
    private static partial Regex Word();

    [GeneratedRegex(@"\bawait\b|\basync\b|\bnew (Thread|Timer|Channel)\b|\bTask\.(Run|Delay)\b|System\.Threading\.Tasks\.Dataflow")]
    private static partial Regex Waiting();
}

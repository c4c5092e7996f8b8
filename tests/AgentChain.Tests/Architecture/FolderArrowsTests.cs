using System.Text.RegularExpressions;

namespace AgentChain.Tests.Architecture;

/// <summary>
/// Each folder of the engine may use the folders on its line and no others. The lines stand in order: a folder only names folders
/// above it, so the arrows cannot form a circle.
/// </summary>
public sealed partial class FolderArrowsTests
{
    private const string Engine = "src/AgentChain";

    private static readonly (string Folder, string[] Uses)[] Arrows =
    [
        ("Budgets", []),
        ("Devices", []),
        ("Turns", ["Budgets"]),
        ("Diagnostics", ["Budgets", "Turns"]),
        ("Blocks", ["Budgets", "Devices", "Turns"]),
        ("Flow", ["Budgets", "Devices", "Turns", "Diagnostics", "Blocks"]),
        ("Building", ["Budgets", "Devices", "Turns", "Diagnostics", "Blocks", "Flow"]),
        ("DependencyInjection", ["Budgets", "Devices", "Turns", "Diagnostics", "Blocks", "Building"]),
    ];

    /// <summary>The folders whose objects decide and never wait; the simulator and the real flow feed them events.</summary>
    private static readonly string[] PureFolders = ["Budgets"];

    [Fact]
    public void Arrows_Table_OnlyNamesFoldersAbove()
    {
        HashSet<string> above = [];
        foreach ((string folder, string[] uses) in Arrows)
        {
            Assert.All(uses, used => Assert.True(above.Contains(used), $"{folder} uses {used}, which does not stand above it."));
            Assert.True(above.Add(folder), $"{folder} stands twice.");
        }
    }

    [Fact]
    public void Arrows_Sources_UseOnlyWhatTheTableNames()
    {
        Dictionary<string, string[]> table = Arrows.ToDictionary(arrow => arrow.Folder, arrow => arrow.Uses);
        List<string> found = [];
        int filesRead = 0;

        foreach ((string file, string folder) in EngineFiles())
        {
            filesRead++;
            if (!table.TryGetValue(folder, out string[]? allowed))
            {
                found.Add($"{file}: the folder {folder} has no line in the table.");
                continue;
            }

            IEnumerable<string> used = Reference().Matches(WithoutComments(RepositoryFiles.Read(file)))
                .Select(match => match.Groups["folder"].Value)
                .Where(name => name != folder && table.ContainsKey(name))
                .Distinct()
                .Except(allowed);
            found.AddRange(used.Select(name => $"{file}: {folder} -> {name} is not in the table."));
        }

        Assert.True(filesRead > 0, $"No source was found under {Engine}.");
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public void Arrows_ProjectFile_HasNoGlobalUsings()
    {
        Assert.DoesNotContain("<Using ", RepositoryFiles.Read($"{Engine}/AgentChain.csproj"), StringComparison.Ordinal);
        Assert.All(EngineFiles(), entry => Assert.DoesNotContain("global using", RepositoryFiles.Read(entry.File), StringComparison.Ordinal));
    }

    [Fact]
    public void PureFolders_Sources_NeitherWaitNorRun()
    {
        string[] found = EngineFiles()
            .Where(entry => PureFolders.Contains(entry.Folder))
            .SelectMany(entry => Waiting().Matches(WithoutComments(RepositoryFiles.Read(entry.File)))
                .Select(match => $"{entry.File}: {match.Value}"))
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
        Assert.Equal(used, Assert.Single(Reference().Matches(source)).Groups["folder"].Value);
    }

    private static IEnumerable<(string File, string Folder)> EngineFiles() => RepositoryFiles.Under(Engine, "*.cs")
        .Select(file => (File: file, Parts: file[(Engine.Length + 1)..].Split('/')))
        .Where(entry => entry.Parts.Length > 1)
        .Select(entry => (entry.File, entry.Parts[0]));

    private static string WithoutComments(string source) => Comment().Replace(source, "");

    [GeneratedRegex(@"\bAgentChain\.(?<folder>[A-Z]\w*)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bawait\b|\basync\b|\bnew (Thread|Timer|Channel)\b|\bTask\.(Run|Delay)\b|System\.Threading\.Tasks\.Dataflow")]
    private static partial Regex Waiting();
}

namespace AgentChain.Breaks;

/// <summary>A package that breaks are put into, with the tests that must notice them.</summary>
/// <param name="Source">The folder of the source, to which the files of the breaks are relative.</param>
/// <param name="TestProject">The folder of the tests.</param>
sealed record BreakArea(string Source, string TestProject)
{
    static readonly BreakArea Engine = new("src/AgentChain/", "tests/AgentChain.Tests");
    static readonly BreakArea Agents = new("src/AgentChain.Extensions.AI/", "tests/AgentChain.Extensions.AI.Tests");

    static readonly BreakArea Models = new("src/AgentChain.Onnx/", "tests/AgentChain.Onnx.Tests");
    static readonly BreakArea Servers = new("src/AgentChain.Remote/", "tests/AgentChain.Remote.Tests");

    /// <summary>Every area.</summary>
    public static IReadOnlyList<BreakArea> All { get; } = [Engine, Agents, Models, Servers];

    /// <summary>Returns the area of a list.</summary>
    public static BreakArea OfList(string list) => list switch
    {
        _ when list.StartsWith("Extensions.AI", StringComparison.Ordinal) => Agents,
        _ when list.StartsWith("Onnx", StringComparison.Ordinal) => Models,
        _ when list.StartsWith("Remote", StringComparison.Ordinal) => Servers,
        _ => Engine,
    };
}

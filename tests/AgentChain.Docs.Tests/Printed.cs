using System.Text.RegularExpressions;
using AgentChain.Docs.Tests.Pages;
using AgentChain.Tests.Architecture;

namespace AgentChain.Docs.Tests;

/// <summary>Reads what a snippet prints, and what its comments say that it prints.</summary>
static partial class Printed
{
    /// <summary>Runs a snippet and returns the lines that it printed.</summary>
    public static async Task<string[]> ByAsync(Func<Task> snippet)
    {
        TextWriter before = Console.Out;
        using var writer = new StringWriter();
        Console.SetOut(writer);
        try
        {
            await snippet();
        }
        finally
        {
            Console.SetOut(before);
        }

        return [.. writer.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd())];
    }

    /// <summary>Runs a snippet and compares each line that it prints with the comment behind its Console.WriteLine.</summary>
    /// <param name="region">The region of the snippet, as a page names it.</param>
    /// <param name="snippet">The snippet.</param>
    public static async Task AssertLikeItsCommentsAsync(string region, Func<Task> snippet)
    {
        string[] parts = region.Split('#');
        string[] comments = [.. Comment()
            .Matches(new SourceFile(RepositoryFiles.Read(parts[0])).Region(parts[1])!)
            .Select(match => match.Groups["says"].Value.TrimEnd())];
        string[] lines = await ByAsync(snippet);
        Assert.NotEmpty(comments);
        Assert.Equal(comments.Select(c => c.Split(", and ")[0]), lines);
    }

    [GeneratedRegex(@"Console\.WriteLine\(.*\);\s+// (?<says>.+)")]
    private static partial Regex Comment();
}

using AgentChain.Docs.Tests.Pages;
using AgentChain.Tests.Architecture;

namespace AgentChain.Docs.Tests;

/// <summary>
/// The code on every page of the repository is the code of a file that is built. With the environment variable AGENTCHAIN_UPDATE_DOCS,
/// the pages are brought up to date first.
/// </summary>
public sealed class PageTests
{
    const string Snippets = "tests/AgentChain.Docs.Tests/Snippets";

    static readonly SnippetCheck Check = new(
        path => File.Exists(Path.Combine(RepositoryFiles.Root, path)) ? RepositoryFiles.Read(path) : null);

    [Fact]
    public void Pages_CodeOfEveryFence_IsTheRegionThatItNames()
    {
        string[] pages = [.. RepositoryFiles.Under("", "*.md")];
        Assert.Contains("README.md", pages);
        Assert.Contains("docs/how-to/add-a-block.md", pages);
        if (Environment.GetEnvironmentVariable("AGENTCHAIN_UPDATE_DOCS") is not (null or "" or "0"))
        {
            Update(pages);
        }

        string[] problems = [.. pages.SelectMany(page => Check.Problems(page, RepositoryFiles.Read(page)))];
        Assert.True(problems.Length == 0, string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public void Snippets_EveryRegion_IsOnAPage()
    {
        string[] shown = [.. RepositoryFiles.Under("", "*.md")
            .SelectMany(page => new Page(RepositoryFiles.Read(page)).Fences)
            .Select(fence => fence.Reference)
            .OfType<string>()];
        string[] unused = [.. RepositoryFiles.Under(Snippets, "*.cs")
            .SelectMany(file => new SourceFile(RepositoryFiles.Read(file)).Regions.Select(region => $"{file}#{region}"))
            .Except(shown)];
        Assert.True(shown.Length > 20, "The snippets of the pages were not found.");
        Assert.True(unused.Length == 0, $"No page shows {string.Join(", ", unused)}.");
    }

    static void Update(IEnumerable<string> pages)
    {
        foreach (string page in pages)
        {
            string before = RepositoryFiles.Read(page), after = Check.Update(before);
            if (after != before)
            {
                File.WriteAllText(Path.Combine(RepositoryFiles.Root, page), after);
            }
        }
    }
}

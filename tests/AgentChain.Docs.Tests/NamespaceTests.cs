using System.Reflection;
using System.Text.RegularExpressions;
using AgentChain.Docs.Tests.Pages;
using AgentChain.Tests.Architecture;

namespace AgentChain.Docs.Tests;

/// <summary>The code on a page compiles in a program that is not in the namespace of the library, with the namespaces that the page names.</summary>
public sealed partial class NamespaceTests
{
    [Theory]
    [InlineData("docs/devices.md")]
    [InlineData("docs/key-value-caches.md")]
    [InlineData("docs/placement.md")]
    public void Page_WithCode_NamesTheNamespacesThatItUses(string page)
    {
        string text = RepositoryFiles.Read(page);
        string[] missing = [.. new Page(text).Fences.Select(fence => fence.Reference?.Split('#')[0]).OfType<string>().Distinct()
            .SelectMany(file => Using().Matches(RepositoryFiles.Read(file)).Select(match => match.Groups["namespace"].Value))
            .Where(name => !name.Contains(".Tests", StringComparison.Ordinal) && !text.Contains($"`{name}`", StringComparison.Ordinal))
            .Distinct()];
        Assert.True(missing.Length == 0, $"{page} does not name {string.Join(", ", missing)}.");
    }

    [Fact]
    public void Pages_Code_NamesNoTypeByAPartOfItsNamespace()
    {
        Assembly[] libraries = [typeof(Chain).Assembly, typeof(Onnx.Runtime.OnnxRuntimeHost).Assembly, typeof(Simulation.Simulator).Assembly];
        string[] found = [.. RepositoryFiles.Under("", "*.md")
            .SelectMany(page => new Page(RepositoryFiles.Read(page)).Fences.Where(fence => fence.IsChecked)
                .SelectMany(fence => Qualified().Matches(fence.Text).Select(match => (page, match.Value))))
            .Where(use => Beginnings(use.Value).Any(name => Array.Exists(libraries, library => library.GetType($"AgentChain.{name}") is not null)))
            .Select(use => $"{use.page}: {use.Value}")];
        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }

    /// <summary>Returns <c>a.b</c> and <c>a.b.c</c> of <c>a.b.c</c>.</summary>
    private static IEnumerable<string> Beginnings(string name)
    {
        string[] parts = name.Split('.');
        return Enumerable.Range(2, parts.Length - 1).Select(count => string.Join('.', parts[..count]));
    }

    [GeneratedRegex(@"^using (?<namespace>AgentChain\.[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"(?<![.\w])[A-Z]\w*(?:\.[A-Z]\w*)+")]
    private static partial Regex Qualified();
}

namespace AgentChain.Docs.Tests.Pages;

/// <summary>Compares the code on a page with the regions that it names.</summary>
/// <param name="read">Returns the text of a file, by its path from the root of the repository; null if there is no such file.</param>
sealed class SnippetCheck(Func<string, string?> read)
{
    /// <summary>Describes what is wrong on a page, one line for each problem: file, line and the way out.</summary>
    public IEnumerable<string> Problems(string file, string markdown)
    {
        var page = new Page(markdown);
        foreach (int line in page.LostReferences)
        {
            yield return $"{file}:{line}: no code fence follows this snippet comment; write <!-- snippet: path/from/root.cs#region --> right before one.";
        }

        // AgentChain.Packaging.Tests compiles the first example of a package against the package itself.
        Fence? packed = IsOfPackage(file) ? page.Fences.FirstOrDefault(f => f.Language == "csharp") : null;
        foreach (Fence fence in page.Fences.Where(f => f.Reference is not null || (f.IsChecked && !ReferenceEquals(f, packed))))
        {
            if (fence.Reference is null)
            {
                yield return $"{file}:{fence.Line}: the {fence.Language} code comes from no file; write <!-- snippet: path/from/root.cs#region --> on the line before.";
            }
            else if (TextOf(fence.Reference) is not { } expected)
            {
                yield return $"{file}:{fence.Line}: there is no file or region '{fence.Reference}', or several regions of that name.";
            }
            else if (FirstDifference(expected, fence.Text) is { } difference)
            {
                yield return $"{file}:{fence.Line + difference.Line}: the page says '{difference.Shown}', but '{fence.Reference}' says '{difference.Source}'; {Remedy}.";
            }
        }
    }

    /// <summary>Returns the page with the text of the regions in its fences.</summary>
    public string Update(string markdown) => new Page(markdown).With(fence => fence.Reference is { } region ? TextOf(region) : null);

    /// <summary>How to bring the pages up to date.</summary>
    public const string Remedy = "run AGENTCHAIN_UPDATE_DOCS=1 dotnet test --project tests/AgentChain.Docs.Tests";

    static bool IsOfPackage(string file) =>
        file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith("/README.md", StringComparison.Ordinal);

    string? TextOf(string reference)
    {
        string[] parts = reference.Split('#', 2);
        return read(parts[0]) is not { } text ? null
            : parts.Length == 1 ? new SourceFile(text).Text
            : new SourceFile(text).Region(parts[1]);
    }

    static (int Line, string Shown, string Source)? FirstDifference(string expected, string shown)
    {
        string[] source = expected.Split('\n');
        string[] page = [.. shown.Split('\n').Select(l => l.TrimEnd())];
        for (int i = 0; i < Math.Max(source.Length, page.Length); i++)
        {
            (string left, string right) = (page.ElementAtOrDefault(i) ?? "(nothing)", source.ElementAtOrDefault(i) ?? "(nothing)");
            if (left != right)
            {
                return (i + 1, left, right);
            }
        }

        return null;
    }
}

using System.Text.RegularExpressions;

namespace AgentChain.Docs.Tests.Pages;

/// <summary>A page in Markdown: its lines and its fences.</summary>
sealed partial class Page
{
    readonly string[] _lines;

    public Page(string text)
    {
        _lines = text.ReplaceLineEndings("\n").Split('\n');
        Fences = [.. ReadFences()];
    }

    public IReadOnlyList<Fence> Fences { get; }

    /// <summary>The lines, counted from 1, of references that no fence follows.</summary>
    public IEnumerable<int> LostReferences => Enumerable.Range(1, _lines.Length)
        .Where(line => Mention().IsMatch(_lines[line - 1]) && !Fences.Any(f => f.Line == line + 1 && f.Reference is not null))
        .Where(line => !Fences.Any(f => line > f.Line && line <= f.Line + f.TextLines));

    /// <summary>Returns the page with other texts in its fences.</summary>
    /// <param name="textOf">The text of a fence; null to keep it.</param>
    public string With(Func<Fence, string?> textOf)
    {
        List<string> lines = [.. _lines];
        foreach (Fence fence in Fences.Reverse())
        {
            if (textOf(fence) is { } text)
            {
                lines.RemoveRange(fence.Line, fence.TextLines);
                lines.InsertRange(fence.Line, text.Split('\n').Select(line => line.Length == 0 ? line : fence.Indent + line));
            }
        }

        return string.Join('\n', lines);
    }

    IEnumerable<Fence> ReadFences()
    {
        for (int i = 0; i < _lines.Length; i++)
        {
            Match open = Opening().Match(_lines[i]);
            if (!open.Success)
            {
                continue;
            }

            string marks = open.Groups["marks"].Value, indent = open.Groups["indent"].Value;
            int end = i + 1;
            while (end < _lines.Length && !Closes(_lines[end], marks))
            {
                end++;
            }

            IEnumerable<string> text = _lines[(i + 1)..end]
                .Select(l => l.StartsWith(indent, StringComparison.Ordinal) ? l[indent.Length..] : l);
            Match named = Comment().Match(i > 0 ? _lines[i - 1] : "");
            string? reference = named.Success ? named.Groups["region"].Value : null;
            yield return new Fence(i + 1, indent, open.Groups["language"].Value, string.Join('\n', text), reference);
            i = end;
        }
    }

    static bool Closes(string line, string marks) =>
        line.Trim() is var mark && mark.Length >= marks.Length && mark.All(c => c == marks[0]);

    [GeneratedRegex(@"^(?<indent>\s*)(?<marks>`{3,}|~{3,})\s*(?<language>[^\s`]*)[^`]*$")]
    private static partial Regex Opening();

    [GeneratedRegex(@"^\s*<!-- snippet: (?<region>\S+) -->\s*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^\s*<!--\s*snippet\b")]
    private static partial Regex Mention();
}

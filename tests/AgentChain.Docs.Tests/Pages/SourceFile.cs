namespace AgentChain.Docs.Tests.Pages;

/// <summary>A file that pages show, whole or by region.</summary>
sealed class SourceFile
{
    const string Begin = "#region ";
    const string End = "#endregion";

    readonly string[] _lines;

    public SourceFile(string text) => _lines = text.ReplaceLineEndings("\n").Split('\n');

    /// <summary>The names of the regions.</summary>
    public IEnumerable<string> Regions => _lines
        .Select(l => l.Trim())
        .Where(l => l.StartsWith(Begin, StringComparison.Ordinal))
        .Select(l => l[Begin.Length..]);

    /// <summary>The whole text, without the lines that begin and end regions.</summary>
    public string Text => Tidy(_lines);

    /// <summary>Returns the text of a region, moved to the left margin; null if there is none, or more than one, of that name.</summary>
    public string? Region(string name)
    {
        if (Regions.Count(r => r == name) != 1)
        {
            return null;
        }

        int start = Array.FindIndex(_lines, l => l.Trim() == Begin + name) + 1;
        int end = start;
        for (int depth = 1; end < _lines.Length; end++)
        {
            string line = _lines[end].Trim();
            depth += line.StartsWith(Begin, StringComparison.Ordinal) ? 1 : line.StartsWith(End, StringComparison.Ordinal) ? -1 : 0;
            if (depth == 0)
            {
                return Tidy(_lines[start..end]);
            }
        }

        return null;
    }

    static bool IsMark(string line) => line.StartsWith(Begin, StringComparison.Ordinal) || line.StartsWith(End, StringComparison.Ordinal);

    static string Tidy(IEnumerable<string> lines)
    {
        string[] kept = [.. lines
            .Select(l => l.TrimEnd())
            .Where(l => !IsMark(l.TrimStart()))];
        int margin = kept.Where(l => l.Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty().Min();
        return string.Join('\n', kept.Select(l => l.Length > 0 ? l[margin..] : l)).Trim('\n');
    }
}

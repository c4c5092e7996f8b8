namespace VoiceAgent.Showing;

/// <summary>Formats two multiline texts side by side.</summary>
static class SideBySide
{
    /// <summary>The default number of columns for both texts together.</summary>
    public const int Columns = 200;

    const string Between = "   ";
    const string Continued = "    ";

    /// <summary>Formats two texts side by side; long lines are wrapped and indented.</summary>
    /// <param name="left">The left text.</param>
    /// <param name="right">The right text, which begins after the longest line of the left text.</param>
    /// <param name="columns">The maximum number of columns for both.</param>
    /// <returns>The lines, each with a line break at its end and without trailing blanks.</returns>
    public static string Of(string left, string right, int columns = Columns)
    {
        int half = (columns - Between.Length) / 2;
        List<string> lefts = Wrap(left, half), rights = Wrap(right, half);
        int width = lefts.Select(l => l.Length).DefaultIfEmpty(0).Max();
        IEnumerable<string> lines = Enumerable.Range(0, Math.Max(lefts.Count, rights.Count))
            .Select(i => (lefts.ElementAtOrDefault(i) ?? "").PadRight(width) + Between + rights.ElementAtOrDefault(i));
        return string.Concat(lines.Select(line => line.TrimEnd() + Environment.NewLine));
    }

    static List<string> Wrap(string text, int width)
    {
        List<string> wrapped = [];
        foreach (string line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            string rest = line;
            while (rest.Length > width)
            {
                // A break within the indentation would produce an empty line.
                int space = rest.LastIndexOf(' ', width, width - Continued.Length);
                int end = space > Continued.Length ? space : width;
                wrapped.Add(rest[..end].TrimEnd());
                rest = Continued + rest[end..].TrimStart();
            }

            wrapped.Add(rest);
        }

        return wrapped;
    }
}

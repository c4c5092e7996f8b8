using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentChain.Breaks;

/// <summary>
/// Inserts breaks into a source file so that one build contains all of them: the file contains both the original text and its replacement,
/// and a number selects one of them while the tests run.
/// </summary>
static class SourceRewriter
{
    /// <summary>The switch that selects a break; compiled into the copy.</summary>
    public const string Switch = """
        namespace AgentChain;

        public static class Break
        {
            public static volatile int Chosen;

            public static bool Is(int number) => Chosen == number;
        }
        """;

    /// <summary>Finds the text that a break replaces.</summary>
    /// <exception cref="InvalidDataException">The text, or the text after which it is searched, does not occur exactly once.</exception>
    public static (int Start, int End) Find(DeliberateBreak deliberate, string source)
    {
        int from = 0;
        if (deliberate.After is { } after)
        {
            Match anchor = Single(deliberate, source, after);
            from = anchor.Index + anchor.Length;
        }

        Match found = deliberate.After is null ? Single(deliberate, source, deliberate.Was) : Pattern(deliberate.Was).Match(source, from);
        return found.Success
            ? (found.Index, found.Index + found.Length)
            : throw new InvalidDataException($"its text does not occur in {deliberate.File} after '{deliberate.After}'");
    }

    /// <summary>Inserts every break into a file's text.</summary>
    /// <exception cref="InvalidDataException">The texts of two breaks overlap, and neither is inside the other.</exception>
    public static string Rewrite(string source, IEnumerable<DeliberateBreak> breaks)
    {
        List<Site> sites = [.. breaks.Select(b => new Site(b, Find(b, source))).OrderBy(s => s.Start).ThenByDescending(s => s.End)];
        return Render(source, 0, source.Length, sites);
    }

    /// <summary>Applies one break permanently to a file's text.</summary>
    public static string Patch(string source, DeliberateBreak deliberate)
    {
        (int start, int end) = Find(deliberate, source);
        return source[..start] + deliberate.Broken + source[end..];
    }

    /// <summary>Returns the break whose text contains a line of a rewritten file; null if there is none.</summary>
    public static string? BreakAt(string rewritten, int line)
    {
        string[] lines = rewritten.Split('\n');
        string upTo = string.Join('\n', lines[..Math.Min(line, lines.Length)]);
        return Marks().Matches(upTo).LastOrDefault(m => m.Groups["end"].Length == 0)?.Groups["id"].Value;
    }

    static string Render(string source, int start, int end, List<Site> sites)
    {
        var text = new StringBuilder();
        int at = start;
        while (sites.Count > 0)
        {
            Site outer = sites[0];
            List<Site> inside = [.. sites.Skip(1).TakeWhile(s => s.Start < outer.End)];
            if (inside.Find(s => s.End > outer.End || outer.Break.Kind == BreakKind.Inline) is { } across)
            {
                throw new InvalidDataException($"'{outer.Break.Id}' and '{across.Break.Id}' overlap; make one of them a patch.");
            }

            text.Append(source, at, outer.Start - at).Append(Choose(outer.Break, Render(source, outer.Start, outer.End, inside)));
            at = outer.End;
            sites = [.. sites.Skip(1 + inside.Count)];
        }

        return text.Append(source, at, end - at).ToString();
    }

    static string Choose(DeliberateBreak deliberate, string original)
    {
        string chosen = string.Create(CultureInfo.InvariantCulture, $"global::AgentChain.Break.Is({deliberate.Number})");
        string both = deliberate.Kind switch
        {
            BreakKind.Expression => $"({chosen} ? ({deliberate.Broken}\n) : ({original}\n))",
            BreakKind.Statements => $"if ({chosen}) {{ {deliberate.Broken}\n }} else {{ {original}\n }}",
            _ => deliberate.Broken.Replace("$broken", chosen, StringComparison.Ordinal),
        };
        return $"/*<{deliberate.Id}>*/{both}/*</{deliberate.Id}>*/";
    }

    static Match Single(DeliberateBreak deliberate, string source, string text) => Pattern(text).Matches(source) switch
    {
        [var only] => only,
        [] => throw new InvalidDataException($"'{text}' does not occur in {deliberate.File}"),
        var many => throw new InvalidDataException($"'{text}' occurs {many.Count} times in {deliberate.File}; use a longer text, or the field 'after'"),
    };

    /// <summary>
    /// Treats all white space as equal, and as optional where a line can be broken (after an opening parenthesis, and before the dot of a
    /// call on what a call returned), so that a break survives a change of the lines.
    /// </summary>
    static Regex Pattern(string text) => new(
        string.Join(@"\s+", text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Regex.Escape))
            .Replace(@"\(", @"\(\s*", StringComparison.Ordinal)
            .Replace(@"\(\s*\s+", @"\(\s*", StringComparison.Ordinal)
            .Replace(@"\s+\.", @"\s*\.", StringComparison.Ordinal)
            .Replace(@"\)\.", @"\)\s*\.", StringComparison.Ordinal),
        RegexOptions.CultureInvariant);

    static Regex Marks() => new(@"/\*<(?<end>/?)(?<id>[\w-]+)>\*/", RegexOptions.CultureInvariant);

    sealed record Site(DeliberateBreak Break, int Start, int End)
    {
        public Site(DeliberateBreak deliberate, (int Start, int End) span)
            : this(deliberate, span.Start, span.End)
        {
        }
    }
}

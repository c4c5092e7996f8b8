using System.Text.RegularExpressions;

namespace AgentChain.House;

/// <summary>
/// Counts what makes a source tree hard to enter: types that are not where their name says, long files, translated prose.
/// </summary>
static partial class HouseCount
{
    /// <summary>Patterns of translated prose, each with an expression that is looked for in comments.</summary>
    static readonly (string Name, Regex Pattern)[] Prose =
    [
        ("'what ...' as a noun", new(@"\b(?:of|for|from|on|with|to|by|is|are|says?|does|all|gets|and) what\b|(?:^|[.;:] |<summary>)What (?!if|for)\b", RegexOptions.IgnoreCase)),
        ("make, made", new(@"\bma(?:ke|kes|de|king)\b(?! sure)", RegexOptions.IgnoreCase)),
        ("stand, stood", new(@"\b(?:stands?|stood)\b(?!-in)", RegexOptions.IgnoreCase)),
        ("behind, in front of", new(@"\b(?:behind|in front of)\b(?! it(?:s own)? back)", RegexOptions.IgnoreCase)),
        ("somebody, nobody, anybody", new(@"\b(?:some|no|any)(?:body|one)\b(?! of)", RegexOptions.IgnoreCase)),
        ("is no ...", new(@"\b(?:is|are|was|were) no (?!longer|more|earlier|later|less)\b", RegexOptions.IgnoreCase)),
        ("in vain", new(@"\bin vain\b", RegexOptions.IgnoreCase)),
        ("obey", new(@"\bobey(?:s|ed|ing)?\b", RegexOptions.IgnoreCase)),
        ("goes on", new(@"\b(?:goes|go|went|gone|going) on\b", RegexOptions.IgnoreCase)),
    ];

    /// <summary>Counts a tree: the name of each count, and the count.</summary>
    public static IReadOnlyList<(string Name, int Count)> Of(IReadOnlyDictionary<string, string> files)
    {
        string[][] types = [.. files.Select(f => TopLevelType().Matches(f.Value).Select(m => m.Groups["name"].Value).ToArray())];
        string[] names = [.. files.Keys.Select(f => Path.GetFileName(f).Split('.')[0])];
        int[] lines = [.. files.Values.Select(f => f.Split('\n').Length)];
        string[] comments =
            [.. files.Values.SelectMany(f => f.Split('\n')).Select(l => l.Trim()).Where(l => l.StartsWith("//", StringComparison.Ordinal))];
        List<(string, int)> counts =
        [
            ("files", files.Count),
            ("folders of the engine", files.Keys.Where(IsEngine).Select(Path.GetDirectoryName).Distinct().Count()),
            ("top-level types", types.Sum(t => t.Length)),
            ("types that are not in the file of their name", types.Zip(names).Sum(p => p.First.Count(t => t != p.Second && $"{t}OfT" != p.Second))),
            ("files of more than one type", types.Count(t => t.Length > 1)),
            ("files over 200 lines", lines.Count(l => l > 200)),
            ("files over 400 lines", lines.Count(l => l > 400)),
            ("lines of XML documentation", comments.Count(c => c.StartsWith("///", StringComparison.Ordinal))),
            ("lines of plain comments", comments.Count(c => !c.StartsWith("///", StringComparison.Ordinal))),
            .. files.Keys.Select(f => f.Split('/')[1]).Distinct().Order().Select(p => ($"public types of {p}", PublicTypes(files, p))),
        ];
        string prose = string.Join('\n', comments);
        counts.AddRange(Prose.Select(p => ($"prose: {p.Name}", p.Pattern.Count(prose))));
        return counts;
    }

    static bool IsEngine(string file) => file.StartsWith("src/AgentChain/Flow/", StringComparison.Ordinal) || file.StartsWith(
        "src/AgentChain/Engine/", StringComparison.Ordinal);

    static int PublicTypes(IReadOnlyDictionary<string, string> files, string package) =>
        files.Where(f => f.Key.StartsWith($"src/{package}/", StringComparison.Ordinal))
            .SelectMany(f => PublicType().Matches(f.Value).Select(m => m.Groups["name"].Value)).Distinct().Count();

    [GeneratedRegex(@"^(?:public |internal |sealed |abstract |static |readonly |partial |ref |unsafe )*(?:(?:record struct|record class|class|record|struct|interface|enum) (?<name>\w+)|delegate [\w<>\[\]?., ]+? (?<name>\w+)(?:<[^>]*>)?\()", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^public (?:sealed |abstract |static |readonly |partial |ref )*(?:record struct|record class|class|record|struct|interface|enum|delegate [\w<>\[\]?., ]+?) (?<name>\w+(?:<[^>{(:]*>)?)", RegexOptions.Multiline)]
    private static partial Regex PublicType();
}

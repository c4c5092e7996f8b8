using System.Text.RegularExpressions;

namespace AgentChain.Blocks.Redaction;

/// <summary>Finds the values that a map knows already, wherever they stand as whole words or numbers.</summary>
static partial class KnownValues
{
    public static void Find(string text, RedactionMap map, Findings found)
    {
        if (map.Count == 0)
        {
            return;
        }

        Match[] words = [.. Word().Matches(text).Cast<Match>()];
        string[] spelled = [.. words.Select(w => w.Value.ToUpperInvariant())];
        Dictionary<string, PersonalDataKind> numbers = [];
        foreach ((PersonalDataKind kind, string canonical) in map.Known.OrderByDescending(k => k.Canonical.Length))
        {
            if (RedactionMap.IsNumber(kind))
            {
                numbers.TryAdd(canonical, kind);
            }
            else if (kind != PersonalDataKind.Name || !CommonWords.CannotEndName(canonical))
            {
                // A caller named Will must not turn every "will" into a placeholder.
                FindWords(words, spelled, kind, Word().Matches(canonical).Select(w => w.Value).ToArray(), found);
            }
        }

        FindNumbers(text, numbers, found);
    }

    /// <summary>Finds a run of words in a text.</summary>
    /// <param name="words">The text's words.</param>
    /// <param name="spelled">The same, in capitals.</param>
    /// <param name="kind">What the run is.</param>
    /// <param name="wanted">The run's words in capitals.</param>
    /// <param name="found">Receives the places.</param>
    public static void FindWords(Match[] words, string[] spelled, PersonalDataKind kind, string[] wanted, Findings found)
    {
        for (int i = 0; wanted.Length > 0 && i + wanted.Length <= spelled.Length; i++)
        {
            int last = i + wanted.Length - 1;
            if (spelled.AsSpan(i, wanted.Length - 1).SequenceEqual(wanted.AsSpan(0, wanted.Length - 1)) && WithoutGenitive(spelled[last], wanted[^1]) is { } length)
            {
                found.Add(kind, words[i].Index, words[last].Index + length - words[i].Index);
            }
        }
    }

    /// <summary>The length of a word that is the one wanted, its "'s" left out.</summary>
    static int? WithoutGenitive(string word, string wanted) =>
        word == wanted || (word.Length == wanted.Length + 2 && word.StartsWith(wanted, StringComparison.Ordinal) && word[^2..] is "'S" or "’S") ? wanted.Length : null;

    static void FindNumbers(string text, Dictionary<string, PersonalDataKind> numbers, Findings found)
    {
        if (numbers.Count == 0)
        {
            return;
        }

        int longest = numbers.Keys.Max(n => n.Length);
        foreach (Match run in DigitGroups().Matches(text))
        {
            CaptureCollection groups = run.Groups["digits"].Captures;
            for (int from = 0; from < groups.Count; from++)
            {
                string digits = "";
                for (int to = from; to < groups.Count && digits.Length < longest; to++)
                {
                    digits += groups[to].Value;
                    if (numbers.TryGetValue(digits, out PersonalDataKind kind))
                    {
                        found.Add(kind, groups[from].Index, groups[to].Index + groups[to].Length - groups[from].Index);
                    }
                }
            }
        }
    }

    /// <summary>A word, or an address with the signs that belong to it.</summary>
    [GeneratedRegex(@"[\p{L}\p{M}\p{N}_%+](?:[\p{L}\p{M}\p{N}_%+@.'’-]*[\p{L}\p{M}\p{N}_%+])?", RegexOptions.CultureInvariant)]
    public static partial Regex Word();

    /// <summary>Groups of digits with single separators between them, which are no sum of money and no fraction.</summary>
    [GeneratedRegex(@"(?<![\d$€£]|\d[.,])(?<digits>\d+)(?:[ .()-]{1,2}(?<digits>\d+))*(?![.,]?\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DigitGroups();
}

using System.Text.RegularExpressions;

namespace AgentChain.Blocks.Redaction;

/// <summary>Finds the values that a map already contains, wherever they occur as whole words or numbers.</summary>
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

    /// <summary>Finds a sequence of words in a text.</summary>
    /// <param name="words">The words of the text.</param>
    /// <param name="spelled">The same words in uppercase.</param>
    /// <param name="kind">The kind of personal data that the sequence is.</param>
    /// <param name="wanted">The words of the sequence in uppercase.</param>
    /// <param name="found">The collection that receives the findings.</param>
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

    /// <summary>Returns the length of a word without its "'s" if it equals the wanted word, or null.</summary>
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

    /// <summary>Matches a word, or an e-mail address with its punctuation.</summary>
    [GeneratedRegex(@"[\p{L}\p{M}\p{N}_%+](?:[\p{L}\p{M}\p{N}_%+@.'’-]*[\p{L}\p{M}\p{N}_%+])?", RegexOptions.CultureInvariant)]
    public static partial Regex Word();

    /// <summary>Matches groups of digits with short separators between them that are neither an amount of money nor a fraction.</summary>
    [GeneratedRegex(@"(?<![\d$€£]|\d[.,])(?<digits>\d+)(?:[ .()-]{1,2}(?<digits>\d+))*(?![.,]?\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DigitGroups();
}

using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Finds names: listed names, and names that are introduced. After "my name is", a name always follows. After "this is" or "i am", it
/// counts as a name only if it is capitalized, is a listed given name, or consists of two consecutive words that are not common words.
/// </summary>
sealed partial class NameFinder
{
    const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;

    const int MostWords = 4;

    readonly string[][] _names;
    readonly FrozenSet<string> _given;

    public NameFinder(IEnumerable<string> names, IEnumerable<string> given)
    {
        _names = [.. names.Select(n => KnownValues.Word().Matches(n.ToUpperInvariant()).Select(w => w.Value).ToArray()).OrderByDescending(n => n.Length)];
        _given = given.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    public void Find(string text, Findings found)
    {
        Match[] words = [.. NameWord().Matches(text).Cast<Match>()];
        if (_names.Length > 0)
        {
            string[] spelled = [.. words.Select(w => w.Value.ToUpperInvariant())];
            foreach (string[] name in _names)
            {
                KnownValues.FindWords(words, spelled, PersonalDataKind.Name, name, found);
            }
        }

        bool cased = text.Any(char.IsLower) && text.Any(char.IsUpper);
        foreach (Match lead in Certain().Matches(text))
        {
            Take(text, words, lead.Index + lead.Length, cased, certain: true, found);
        }

        foreach (Match lead in Possible().Matches(text))
        {
            Take(text, words, lead.Index + lead.Length, cased, certain: false, found);
        }

        foreach (Match turned in Turned().Matches(text))
        {
            Group name = turned.Groups["name"];
            int end = name.Index + name.Length;
            foreach (Match word in words.SkipWhile(w => w.Index < name.Index).TakeWhile(w => w.Index < end))
            {
                if (Take(text, words, word.Index, cased, certain: false, new Findings("")) == end)
                {
                    found.Add(PersonalDataKind.Name, word.Index, end - word.Index);
                    break;
                }
            }
        }
    }

    /// <summary>Adds the name that begins at a position, if any. Returns the index where it ends, or the position itself.</summary>
    int Take(string text, Match[] words, int start, bool cased, bool certain, Findings found)
    {
        int first = Array.FindIndex(words, w => w.Index == start);
        if (first < 0)
        {
            return start;
        }

        bool capitals = cased && char.IsUpper(words[first].ValueSpan[0]);
        bool given = _given.Contains(words[first].Value);
        if (!capitals && !given && CommonWords.CannotBeginName(words[first].Value))
        {
            return start;
        }

        int count = 1;
        int names = 1;
        for (int i = first + 1; i < words.Length && count < MostWords && OnlySpace(text, words[i - 1], words[i]); i++)
        {
            bool particle = CommonWords.IsParticle(words[i].Value) && i + 1 < words.Length;
            if (!particle && (names >= (capitals ? MostWords : 2) || !Goes(words[i], capitals)))
            {
                break;
            }

            names += particle ? 0 : 1;
            count++;
        }

        while (count > 1 && CommonWords.IsParticle(words[first + count - 1].Value))
        {
            count--;
        }

        if (!certain && !capitals && !given && (names < 2 || CommonWords.LooksLikeVerb(words[first].Value)))
        {
            return start;
        }

        Match last = words[first + count - 1];
        found.Add(PersonalDataKind.Name, start, last.Index + last.Length - start);
        return last.Index + last.Length;
    }

    static bool Goes(Match word, bool capitals) =>
        capitals ? char.IsUpper(word.ValueSpan[0]) : !CommonWords.CannotEndName(word.Value);

    static bool OnlySpace(string text, Match before, Match after) =>
        text.AsSpan(before.Index + before.Length, after.Index - before.Index - before.Length) is " " or "  ";

    [GeneratedRegex(@"[\p{L}\p{M}]+(['’-][\p{L}\p{M}]+)*", Options)]
    private static partial Regex NameWord();

    [GeneratedRegex(
        @"\b((my|the|customer|account)\s+((full|first|last|sur|maiden)\s?)?name(\s+is|['’]s|\s*:)|name\s+on\s+(it|my\s+(card|account)|the\s+(card|account))\s+is|" +
        @"i\s+am\s+called|i['’]m\s+called|you(\s+are|['’]re)\s+(speaking|talking)\s+(to|with))\s+",
        Options)]
    private static partial Regex Certain();

    [GeneratedRegex(@"\b(this\s+is|i\s+am|i['’]?m|call\s+me|speaking\s+(to|with))\s+(?!called\s)", Options)]
    private static partial Regex Possible();

    /// <summary>Matches "it is maria lopez here", "maria lopez speaking", or a text that is only "it is maria lopez".</summary>
    [GeneratedRegex(
        @"\b(it\s+is|it['’]?s)\s+(?<name>[\p{L}\p{M}'’-]+( [\p{L}\p{M}'’-]+)?) here\b|(?<![\p{L}\p{M}'’-])(?<name>[\p{L}\p{M}'’-]+( [\p{L}\p{M}'’-]+)?) speaking\b|" +
        @"^((yes|okay|well|um|so)\s+)?(it\s+is|it['’]?s)\s+(?<name>[\p{L}\p{M}'’-]+ [\p{L}\p{M}'’-]+)[.!]?$",
        Options)]
    private static partial Regex Turned();
}

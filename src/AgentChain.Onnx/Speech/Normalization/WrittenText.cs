using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Helps the rules of <see cref="TextNormalizer"/> to replace written forms.</summary>
internal static class WrittenText
{
    private const int LongestLook = 48;

    /// <summary>Replaces matches by words, with spaces where the text has none, such as in "5GB" and "A&amp;B". Null leaves a match as it
    /// is.</summary>
    public static string Replace(Regex pattern, string text, Func<Match, string?> say)
    {
        int last = -1; // the end of the match before, if words ended there
        return pattern.Replace(text, match =>
        {
            if (say(match) is not { } words)
            {
                return match.Value;
            }

            string padded = Pad(text, match, words);
            padded = match.Index == last && words.Length > 0 && padded[0] != ' ' ? " " + padded : padded;
            last = words.Length > 0 && char.IsLetterOrDigit(words[^1]) && !padded.EndsWith(' ') ? match.Index + match.Length : -1;
            return padded;
        });
    }

    /// <summary>Whether a period that ends an abbreviation also ends its sentence: nothing follows, or a capital does.</summary>
    public static bool EndsSentence(string text, int at)
    {
        int next = at;
        while (next < text.Length && next - at < LongestLook && char.IsWhiteSpace(text[next]))
        {
            next++;
        }

        return next == text.Length || (next > at && (char.IsUpper(text[next]) || text[next] is '"' or '“'));
    }

    /// <summary>Returns the words before a position in lower case, the nearest first; at most three, and none across the end of a
    /// sentence.</summary>
    public static string[] WordsBefore(string text, int at)
    {
        int from = Math.Max(0, at - LongestLook);
        string before = text[from..at];
        int end = before.LastIndexOfAny(['.', '!', '?', '\n']);
        string[] words = before[(end + 1)..].ToLowerInvariant().Split([' ', '\t', '\u00a0', ',', ':', ';', '(', '"', '\''],
            StringSplitOptions.RemoveEmptyEntries);
        Array.Reverse(words);
        return words.Length > 3 ? words[..3] : words;
    }

    /// <summary>Returns the word after a position and white space, in lower case; empty if something else follows.</summary>
    public static string WordAfter(string text, int at)
    {
        int start = at;
        while (start < text.Length && start - at < LongestLook && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        int end = start;
        while (end < text.Length && end - start < LongestLook && char.IsLetter(text[end]))
        {
            end++;
        }

        return start > at ? text[start..end].ToLowerInvariant() : "";
    }

    private static string Pad(string text, Match match, string words)
    {
        int end = match.Index + match.Length;
        bool before = words.Length > 0 && !char.IsWhiteSpace(words[0]) && match.Index > 0 && char.IsLetterOrDigit(text[match.Index - 1]);
        bool after = words.Length > 0 && end < text.Length && char.IsLetterOrDigit(text[end]) && char.IsLetterOrDigit(words[^1]);
        return (before ? " " : "") + words + (after ? " " : "");
    }
}

using System.Buffers;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Cuts added tokens out of a text: at the first place where any begins, the longest that fits.</summary>
sealed class AddedTokenSplitter
{
    readonly AddedToken[] _longestFirst;
    readonly SearchValues<string>? _search;

    public AddedTokenSplitter(IEnumerable<AddedToken> tokens)
    {
        _longestFirst = [.. tokens.Where(t => t.Content.Length > 0).OrderByDescending(t => t.Content.Length)];
        _search = _longestFirst.Length == 0 ? null : SearchValues.Create([.. _longestFirst.Select(t => t.Content)], StringComparison.Ordinal);
    }

    /// <summary>Finds the next token.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Where to look from.</param>
    /// <param name="start">Where the token begins; the text between <paramref name="from"/> and it is ordinary.</param>
    /// <param name="end">Where to go on.</param>
    public AddedToken? Next(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        (start, end) = (text.Length, text.Length);
        for (int at = from; _search is not null && at < text.Length;)
        {
            int found = text[at..].IndexOfAny(_search);
            if (found < 0)
            {
                return null;
            }

            at += found;
            AddedToken token = LongestAt(text[at..]);
            int after = at + token.Content.Length;
            if (!token.SingleWord || StandsAlone(text, at, after))
            {
                (start, end) = (at, after);
                Strip(text, token, from, ref start, ref end);
                return token;
            }

            // The reference does not look for a shorter token in what it has taken for this one.
            at = after;
        }

        return null;
    }

    AddedToken LongestAt(ReadOnlySpan<char> text)
    {
        foreach (AddedToken token in _longestFirst)
        {
            if (text.StartsWith(token.Content, StringComparison.Ordinal))
            {
                return token;
            }
        }

        throw new InvalidOperationException("No token begins where one was found.");
    }

    static bool StandsAlone(ReadOnlySpan<char> text, int from, int after) =>
        (from == 0 || !IsWord(text[from - 1])) && (after == text.Length || !IsWord(text[after]));

    static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    static void Strip(ReadOnlySpan<char> text, AddedToken token, int from, ref int start, ref int end)
    {
        while (token.StripLeft && start > from && char.IsWhiteSpace(text[start - 1]))
        {
            start--;
        }

        while (token.StripRight && end < text.Length && char.IsWhiteSpace(text[end]))
        {
            end++;
        }
    }
}

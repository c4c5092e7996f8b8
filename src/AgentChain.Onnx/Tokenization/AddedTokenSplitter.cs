using System.Buffers;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Splits added tokens off a text: at the first position where any begins, the longest that matches.</summary>
sealed class AddedTokenSplitter
{
    readonly AddedToken[] _longestFirst;
    readonly SearchValues<string>? _search;

    public AddedTokenSplitter(IEnumerable<AddedToken> tokens)
    {
        _longestFirst = [.. tokens.Where(t => t.Content.Length > 0).OrderByDescending(t => t.Content.Length)];
        _search = _longestFirst.Length == 0
            ? null
            : SearchValues.Create([.. _longestFirst.Select(t => t.Content)], StringComparison.Ordinal);
    }

    /// <summary>Finds the next token.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">The end of the last token, including white space that it consumed.</param>
    /// <param name="at">
    /// The position to search from: the end of the last token without that white space, where the reference also finds tokens.
    /// </param>
    /// <param name="start">The start of the token; the text between <paramref name="from"/> and it is ordinary.</param>
    /// <param name="end">The end of the token.</param>
    public AddedToken? Next(ReadOnlySpan<char> text, int from, ref int at, out int start, out int end)
    {
        (start, end) = (text.Length, text.Length);
        while (_search is not null && at < text.Length)
        {
            int found = text[at..].IndexOfAny(_search);
            if (found < 0)
            {
                return null;
            }

            at += found;
            AddedToken token = LongestAt(text[at..]);
            (start, end) = (at, at + token.Content.Length);

            // The reference does not look for a shorter token within this match.
            at = end;
            if (!token.SingleWord || StandsAlone(text, start, end))
            {
                Strip(text, token, from, ref start, ref end);
                return token;
            }
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

        throw new InvalidOperationException("No token begins at the matched position.");
    }

    static bool StandsAlone(ReadOnlySpan<char> text, int from, int after)
    {
        Rune.DecodeLastFromUtf16(text[..from], out Rune before, out _);
        Rune.DecodeFromUtf16(text[after..], out Rune behind, out _);
        return (from == 0 || !UnicodeText.IsWord(before)) && (after == text.Length || !UnicodeText.IsWord(behind));
    }

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

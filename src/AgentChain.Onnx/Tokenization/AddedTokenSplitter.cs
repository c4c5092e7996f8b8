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

    /// <summary>Finds the next token. The text before <paramref name="start"/> is ordinary; <paramref name="end"/> is where to go on.</summary>
    public AddedToken? Next(ReadOnlySpan<char> text, out int start, out int end)
    {
        (start, end) = (text.Length, text.Length);
        if (_search is null)
        {
            return null;
        }

        for (int from = 0; from < text.Length; from++)
        {
            int found = text[from..].IndexOfAny(_search);
            if (found < 0)
            {
                return null;
            }

            from += found;
            foreach (AddedToken token in _longestFirst)
            {
                int after = from + token.Content.Length;
                if (text[from..].StartsWith(token.Content, StringComparison.Ordinal) && (!token.SingleWord || StandsAlone(text, from, after)))
                {
                    (start, end) = (from, after);
                    Strip(text, token, ref start, ref end);
                    return token;
                }
            }
        }

        return null;
    }

    static bool StandsAlone(ReadOnlySpan<char> text, int from, int after) =>
        (from == 0 || !IsWord(text[from - 1])) && (after == text.Length || !IsWord(text[after]));

    static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    static void Strip(ReadOnlySpan<char> text, AddedToken token, ref int start, ref int end)
    {
        while (token.StripLeft && start > 0 && char.IsWhiteSpace(text[start - 1]))
        {
            start--;
        }

        while (token.StripRight && end < text.Length && char.IsWhiteSpace(text[end]))
        {
            end++;
        }
    }
}

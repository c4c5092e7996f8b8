namespace AgentChain.Onnx.Retrieval;

/// <summary>Splits a text into its distinct words for matching.</summary>
static class WordSets
{
    /// <summary>
    /// Returns the distinct words of a text in lower case: runs of letters, with at most one apostrophe between letters. Numbers and
    /// placeholders such as <c>[name_1]</c> are not words, because their value says nothing about the question.
    /// </summary>
    public static HashSet<string> Of(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        string lower = text.ToLowerInvariant();
        for (int i = 0; i < lower.Length;)
        {
            if (lower[i] == '[' && PlaceholderEnd(lower, i) is int behind and > 0)
            {
                i = behind;
                continue;
            }

            int end = LettersEnd(lower, i);
            if (end == i)
            {
                i++;
                continue;
            }

            if (end < lower.Length && lower[end] == '\'' && LettersEnd(lower, end + 1) is int tail && tail > end + 1)
            {
                end = tail;
            }

            words.Add(lower[i..end]);
            i = end;
        }

        return words;
    }

    static int LettersEnd(string text, int at)
    {
        while (at < text.Length && char.IsLetter(text[at]))
        {
            at++;
        }

        return at;
    }

    static int PlaceholderEnd(string text, int at)
    {
        int name = LettersEnd(text, at + 1);
        if (name == at + 1 || name >= text.Length || text[name] != '_')
        {
            return 0;
        }

        int digits = name + 1;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        return digits > name + 1 && digits < text.Length && text[digits] == ']' ? digits + 1 : 0;
    }
}

namespace AgentChain.Blocks.Sentences;

/// <summary>Decides whether a sentence ends at a period, an exclamation mark or a question mark.</summary>
static class SentenceBoundary
{
    const string Closing = "\"'”’»)]}*";

    const string Opening = "\"'“‘«([{*¿¡-";

    public static bool IsTerminator(char c) => c is '.' or '!' or '?' or '…' || IsFullWidth(c);

    /// <summary>Decides whether the sentence ends at a terminator.</summary>
    /// <param name="text">The text from the beginning of the sentence.</param>
    /// <param name="at">The index of the terminator.</param>
    /// <param name="open">The number of open brackets at the terminator.</param>
    /// <param name="abbreviations">The abbreviations.</param>
    /// <param name="next">The index where the sentence ends, or where to continue the search.</param>
    public static BoundaryDecision Decide(string text, int at, int open, Abbreviations abbreviations, out int next)
    {
        int run = at;
        while (run < text.Length && IsTerminator(text[run]))
        {
            run++;
        }

        int end = run;
        while (end < text.Length && Closing.Contains(text[end], StringComparison.Ordinal))
        {
            open -= text[end] is ')' or ']' ? 1 : 0;
            end++;
        }

        next = end;
        if (end == text.Length)
        {
            return BoundaryDecision.NeedsMore;
        }

        if (IsFullWidth(text[run - 1]))
        {
            return BoundaryDecision.Ends;
        }

        ReadOnlySpan<char> word = text[at] == '.' && run == at + 1 ? WordBefore(text, at) : "";
        if (!char.IsWhiteSpace(text[end]) || open > 0 || abbreviations.NeverEnds(word) || IsListItem(word, at))
        {
            // The caller visits the closing brackets after the terminator again, in order to count them.
            next = run;
            return BoundaryDecision.GoesOn;
        }

        bool isEllipsis = text[at] == '…' || run - at > 1 && !text.AsSpan(at, run - at).ContainsAny('!', '?');
        bool needsCapital = isEllipsis || Abbreviations.MayEnd(word);
        if (!needsCapital && !BeginsWithCapital(text))
        {
            return BoundaryDecision.Ends;
        }

        BoundaryDecision decision = Follows(text, end, out char first);
        if (decision == BoundaryDecision.GoesOn && (needsCapital ? char.IsUpper(first) : !char.IsLower(first)))
        {
            return BoundaryDecision.Ends;
        }

        next = decision == BoundaryDecision.GoesOn ? run : end;
        return decision;
    }

    /// <summary>Finds the character that the next sentence would begin with. A line break always ends the sentence.</summary>
    static BoundaryDecision Follows(string text, int from, out char first)
    {
        first = '\0';
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] is '\n' or '\r')
            {
                return BoundaryDecision.Ends;
            }

            if (!char.IsWhiteSpace(text[i]) && !Opening.Contains(text[i], StringComparison.Ordinal))
            {
                first = text[i];
                return BoundaryDecision.GoesOn;
            }
        }

        return BoundaryDecision.NeedsMore;
    }

    static ReadOnlySpan<char> WordBefore(string text, int at)
    {
        int start = at;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] == '.'))
        {
            start--;
        }

        return text.AsSpan(start, at - start);
    }

    /// <summary>Whether the word is the number of a list item, such as "1." at the very beginning.</summary>
    static bool IsListItem(ReadOnlySpan<char> word, int at) => word.Length == at && at is > 0 and <= 3 && !word.ContainsAnyExceptInRange('0', '9');

    static bool BeginsWithCapital(string text)
    {
        foreach (char c in text)
        {
            if (char.IsLetter(c))
            {
                return char.IsUpper(c);
            }
        }

        return false;
    }

    static bool IsFullWidth(char c) => c is '。' or '！' or '？';
}

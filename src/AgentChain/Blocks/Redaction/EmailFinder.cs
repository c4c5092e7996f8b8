namespace AgentChain.Blocks.Redaction;

/// <summary>Finds e-mail addresses as they are written, also with spaces or words instead of some of their marks.</summary>
static class EmailFinder
{
    const int LongestLocal = 64;

    const int LongestLabel = 63;

    const int MostLabels = 10;

    public static void Find(TokenizedText text, Findings found)
    {
        string whole = text.Text;
        for (int at = whole.AsSpan().IndexOfAny('@', '＠'); at >= 0;)
        {
            if (Start(whole, at, out bool apart) is >= 0 and int start && End(whole, at, apart) is > 0 and int end)
            {
                found.Add(PersonalDataKind.Email, start, end);
            }

            int next = whole.AsSpan(at + 1).IndexOfAny('@', '＠');
            at = next < 0 ? -1 : at + 1 + next;
        }

        SpokenEmailFinder.Find(text, found);
    }

    /// <summary>Returns the index of the first character of the part before the sign, or -1.</summary>
    static int Start(string text, int at, out bool apart)
    {
        int end = at;
        while (end > 0 && at - end < 2 && text[end - 1] == ' ')
        {
            end--;
        }

        apart = end < at;
        int start = end;
        while (start > 0 && end - start < LongestLocal && IsLocal(text[start - 1]))
        {
            start--;
        }

        while (start < end && !IsAlphanumeric(text[start]) && text[start] is not ('_' or '+' or '#'))
        {
            start++;
        }

        return start < end ? start : -1;
    }

    /// <summary>Returns the index behind the domain after the sign, or 0.</summary>
    static int End(string text, int sign, bool apart)
    {
        int at = sign + 1;
        while (at < text.Length && at <= sign + 2 && text[at] == ' ')
        {
            at++;
        }

        apart |= at > sign + 1;
        int end = 0;
        int first = at;
        for (int labels = 1; labels <= MostLabels; labels++)
        {
            int stop = at;
            while (stop < text.Length && stop - at < LongestLabel && (IsAlphanumeric(text[stop]) || text[stop] == '-'))
            {
                stop++;
            }

            if (stop == at)
            {
                break;
            }

            if (labels > 1 ? char.IsLetter(text[at]) : !apart && stop - at >= 2 && char.IsLetter(text[first]))
            {
                end = stop;
            }

            int dot = Dot(text.AsSpan(stop));
            if (dot == 0)
            {
                break;
            }

            at = stop + dot;
        }

        return end;
    }

    /// <summary>Returns the length of the mark or word between two labels of a domain, or 0.</summary>
    static int Dot(ReadOnlySpan<char> text) =>
        text is ['.' or '．' or '。', ..] ? 1
        : text.StartsWith(" dot ", StringComparison.OrdinalIgnoreCase) ? 5
        : text.StartsWith(" . ", StringComparison.Ordinal) ? 3
        : 0;

    static bool IsLocal(char c) =>
        IsAlphanumeric(c) || c is '.' or '_' or '%' or '+' or '-' or '!' or '#' or '$' or '&' or '*' or '/' or '=' or '?' or '^' or '`'
            or '|' or '~'
        || Characters.IsApostrophe(c);

    static bool IsAlphanumeric(char c) => char.IsLetterOrDigit(c) || Characters.IsMark(c);
}

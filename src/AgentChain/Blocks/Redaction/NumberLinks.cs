using System.Buffers;

namespace AgentChain.Blocks.Redaction;

/// <summary>Finds the groups of digits that can be parts of one number.</summary>
static class NumberLinks
{
    const int LongestGap = 6;

    const int MostFillers = 3;

    static readonly SearchValues<char> LooseMarks = SearchValues.Create(",;:=+~#&\n\r");

    /// <summary>Words inside of a number that is read out.</summary>
    public static readonly WordSet Fillers = new("""
        and then um uh er erm hmm dash hyphen space minus next followed by comma okay ok slash stroke so like four last final the
        rest
        """);

    /// <summary>Gets the index of the group after a group, and how they are connected.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The index of a number token.</param>
    /// <param name="next">The index of the next number token.</param>
    public static NumberLink After(TokenizedText text, int at, out int next)
    {
        next = at + 1;
        if (text.IsNumber(next))
        {
            return text[next].IsAmount ? NumberLink.None : OfGap(text.Gap(next));
        }

        for (; next < text.Count && next <= at + MostFillers + 1; next++)
        {
            if (!AreSeparators(text.Gap(next)) || (text[next].IsNumber && text[next].IsAmount))
            {
                break;
            }

            if (text[next].IsNumber)
            {
                return NumberLink.Filler;
            }

            if (!text.IsIn(next, Fillers))
            {
                break;
            }
        }

        return NumberLink.None;
    }

    /// <summary>Whether a number is joined to the number before it by a mark that makes them one decimal, date or version.</summary>
    public static bool ContinuesNumber(TokenizedText text, int at) =>
        text.IsNumber(at - 1) && text.Gap(at) is "." or "," or "-" or "/" or ":";

    /// <summary>Whether the number after it is joined to a number in that way.</summary>
    public static bool IsContinued(TokenizedText text, int at) => ContinuesNumber(text, at + 1) && text.IsNumber(at + 1);

    static NumberLink OfGap(ReadOnlySpan<char> gap)
    {
        if (gap.IsEmpty || !AreSeparators(gap))
        {
            return NumberLink.None;
        }

        return gap.Length <= 3 && !gap.ContainsAny(LooseMarks) ? NumberLink.Tight : NumberLink.Loose;
    }

    static bool AreSeparators(ReadOnlySpan<char> gap)
    {
        foreach (char c in gap)
        {
            if (!Characters.IsSeparator(c) && !LooseMarks.Contains(c))
            {
                return false;
            }
        }

        return gap.Length <= LongestGap;
    }
}

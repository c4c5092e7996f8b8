namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Finds telephone numbers without a label by the way they are written, in the national and international forms of many countries. It
/// knows no numbering plans; a host that needs them adds a finder of its own.
/// </summary>
static class PhoneFinder
{
    const int Shortest = 7;

    const int MostGroups = 8;

    /// <summary>No form that begins with one digit, such as "1 415 555 0100", has more.</summary>
    const int MostGroupsAfterOneDigit = 5;

    /// <summary>The most digits of a number with its country code (ITU-T E.164), and the international prefix "00".</summary>
    const int Longest = 17;

    public static void Find(TokenizedText text, Findings found)
    {
        for (int at = 0; at < text.Count; at++)
        {
            if (text[at].IsNumber && !text[at].IsAmount && text[at].Count < Longest && !found.IsTaken(text[at].Start))
            {
                at = FindFrom(text, at, found);
            }
        }
    }

    /// <summary>Adds the numbers from a token on, with the sign and the parenthesis before them.</summary>
    /// <returns>Whether they were added.</returns>
    public static bool Add(TokenizedText text, int first, int last, Findings found)
    {
        int start = text[first].Start;
        int end = text[last].End;
        if (start > 0 && text.Text[start - 1] == '(' && text.Text.AsSpan(start, end - start).Contains(')'))
        {
            start--;
        }

        if (start > 0 && text.Text[start - 1] is '+' or '＋')
        {
            start--;
        }

        return found.Add(PersonalDataKind.Phone, start, end);
    }

    public static bool HasPlus(TokenizedText text, int at) => text.Gap(at) is [.., '+' or '＋'] or [.., '+', '(' or ' ']
        || (text[at].Said is not null && text.Is(at - 1, "plus"));

    static int FindFrom(TokenizedText text, int at, Findings found)
    {
        var groups = new NumberGroups(text, at, NumberLink.Tight, Longest);
        while (groups.Count > 1 && (found.IsTaken(text[groups.Token(groups.Count - 1)].Start) || Gap(text, ref groups) is "," or ":"))
        {
            groups.DropLast();
        }

        bool plus = HasPlus(text, at);
        if (!plus && Quantities.IsAddress(text, at))
        {
            return at + 3;
        }

        if ((!plus && NumberLinks.ContinuesNumber(text, at) && !found.IsTaken(text[at - 1].Start)) || Quantities.IsDate(text, ref groups))
        {
            return at;
        }

        groups.Keep(plus ? groups.Count : groups.Lengths[0] == 1 ? MostGroupsAfterOneDigit : MostGroups);
        while (groups.Digits >= Shortest)
        {
            int last = groups.Token(groups.Count - 1);
            if (!NumberLinks.IsContinued(text, last) && IsPhone(text, ref groups, plus) && (plus || !Quantities.IsQuantity(text, at, last)))
            {
                return Add(text, at, last, found) ? last : at;
            }

            groups.DropLast();
        }

        return at;
    }

    static ReadOnlySpan<char> Gap(TokenizedText text, ref NumberGroups groups) => text.Gap(groups.Token(groups.Count - 1));

    static bool IsPhone(TokenizedText text, ref NumberGroups groups, bool plus)
    {
        if (groups.Digits < Shortest)
        {
            return false;
        }

        if (plus)
        {
            return groups.Count == 1 || groups.Lengths[^1] > 1 || groups.Digits <= 9 || !groups.Lengths.ContainsAnyExcept(1);
        }

        Span<char> digits = stackalloc char[Longest];
        int count = 0;
        for (int i = 0; i < groups.Count; i++)
        {
            count += text.CopyDigits(groups.Token(i), digits[count..]);
        }

        digits = digits[..count];
        bool spaces = groups.Count > 1 && text.Gap(groups.Token(1)) is " ";
        if (groups.Count == 1)
        {
            return count == 10 || (count is 10 or 11 && digits[0] == '0' && digits[1] != '0')
                || (count == 11 && digits[0] == '1' && digits[1] is >= '2' and <= '9');
        }

        if (digits[0] == '0' && groups.Lengths[0] >= 2)
        {
            return digits[1] == '0' ? count is >= 10 and <= Longest : count is >= 9 and <= 12;
        }

        bool area = text.Gap(groups.Token(0)) is [.., '('] && text.Gap(groups.Token(1)) is [')', ..];
        return area && groups.Lengths[0] is >= 2 and <= 5 && count is >= 8 and <= 12
            || groups.Lengths[0] == 1 && text.Gap(groups.Token(1)) is [.., '('] && count is 11
            || ByShape(groups.Lengths, digits, spaces);
    }

    static bool ByShape(ReadOnlySpan<int> lengths, ReadOnlySpan<char> digits, bool spaces) => lengths switch
    {
        [3, 3, 4] => !spaces || (digits[0] >= '2' && !AreRound(digits)),
        [1, 3, 3, 4] => digits[0] == '1' || (!spaces && digits[0] is '7' or '8'),
        [1, 3, 3, 2, 2] => digits[0] is '7' or '8',
        [3, 4] => !spaces && digits[0] >= '2',
        [2, 4, 6] => digits is ['4', '4', ..],
        [2, 5, 5] => digits is ['9', '1', ..],
        [5, 5] => digits[0] >= '6',
        [3, 4, 4] => digits[0] == '1',
        [2, 5, 4] or [2, 4, 4] or [3, 3, 2, 2] or [2, 3, 2, 2] or [3, 2, 2, 2] => !spaces,
        _ => false,
    };

    /// <summary>Whether all three groups end in zero, as in a list of measurements.</summary>
    static bool AreRound(ReadOnlySpan<char> digits) => digits[2] == '0' && digits[5] == '0' && digits[9] == '0';
}

namespace AgentChain.Blocks.Redaction;

/// <summary>Finds whole card numbers by their check digit, their first digits and the way they are grouped.</summary>
static class CardFinder
{
    const int Shortest = 13;

    const int Longest = 19;

    /// <summary>Finds numbers that pass the Luhn check.</summary>
    public static void FindValid(TokenizedText text, Findings found)
    {
        Find(text, found, shaped: true, valid: true);
        Find(text, found, shaped: false, valid: true);
    }

    /// <summary>Finds numbers that look like a card in every respect but the check digit: one digit was misheard or mistyped.</summary>
    public static void FindInvalid(TokenizedText text, Findings found) => Find(text, found, shaped: true, valid: false);

    static void Find(TokenizedText text, Findings found, bool shaped, bool valid)
    {
        Span<char> digits = stackalloc char[Longest];
        Span<int> lengths = stackalloc int[Longest];
        for (int from = 0; from < text.Count; from++)
        {
            if (!text[from].IsNumber || text[from].IsAmount || text[from].Count > Longest)
            {
                continue;
            }

            int last = -1;
            int count = 0;
            var loosest = NumberLink.Tight;
            for (int at = from, groups = 0; count + text[at].Count <= Longest;)
            {
                count += text.CopyDigits(at, digits[count..]);
                lengths[groups++] = text[at].Count;
                if (groups == 1 && digits[0] is '0' or '1' or '7' or '8' or '9')
                {
                    break;
                }

                if (count >= Shortest && Accepts(digits[..count], lengths[..groups], loosest, shaped, valid))
                {
                    last = at;
                }

                NumberLink link = NumberLinks.After(text, at, out int next);
                if (link == NumberLink.None)
                {
                    break;
                }

                loosest = link < loosest ? link : loosest;
                at = next;
            }

            if (last >= 0 && found.Add(PersonalDataKind.Card, text[from].Start, text[last].End))
            {
                from = last;
            }
        }
    }

    static bool Accepts(ReadOnlySpan<char> digits, ReadOnlySpan<int> lengths, NumberLink loosest, bool shaped, bool valid)
    {
        bool isShaped = IsShaped(lengths);
        if (shaped != isShaped && !(shaped && lengths.Length == 1))
        {
            return false;
        }

        return valid
            ? Luhn.Passes(digits) && (isShaped || lengths.Length == 1 || loosest == NumberLink.Tight)
            : loosest == NumberLink.Tight && HasIssuer(digits);
    }

    /// <summary>Whether the groups are those in which cards are printed or read out.</summary>
    static bool IsShaped(ReadOnlySpan<int> lengths) =>
        lengths is [4, 4, 4, 4] or [4, 4, 4, 4, 3] or [4, 6, 5] or [4, 6, 4] or [4, 4, 5] or [8, 8] or [4, 12] or [4, 4, 8] or [6, 10]
        || !lengths.ContainsAnyExcept(1) || !lengths.ContainsAnyExcept(2);

    static bool HasIssuer(ReadOnlySpan<char> digits)
    {
        int four = int.Parse(digits[..4], System.Globalization.CultureInfo.InvariantCulture);
        int two = four / 100;
        return digits.Length switch
        {
            13 => digits[0] == '4',
            14 => two is 36 or 38 or 39,
            15 => true,
            16 => digits[0] == '4' || two is (>= 51 and <= 55) or 35 or 62 or 64 or 65 || four is 6011 or (>= 2221 and <= 2720),
            _ => digits[0] == '4' || two is 62,
        };
    }
}

namespace AgentChain.Blocks.Redaction;

/// <summary>Recognizes numbers that count, measure or date something and identify nobody.</summary>
static class Quantities
{
    static readonly WordSet Before = new("""
        population populations revenue revenues latency latencies score scores value values size sizes count counts measurement
        measurements reading readings result results price prices weight weights height heights width widths distance distances
        dimension dimensions coordinate coordinates temperature temperatures time times speed speeds duration durations version
        versions build resolution resolutions budget budgets salary salaries cost costs points steps views followers sales profit
        profits turnover approximately approx roughly almost nearly exceeds exceeded years year
        """);

    static readonly WordSet After = new("""
        people users user dollars dollar bucks euros euro pounds cents yen rupees pesos bytes byte kb mb gb tb kilobytes megabytes
        gigabytes terabytes bits ms milliseconds millisecond seconds second minutes minute hours hour days day weeks months years
        miles mile km kilometers kilometres meters metres feet tokens token rows row records requests request times percent steps
        points point views followers inhabitants residents copies units items employees subscribers downloads samples events
        visitors customers members voters cases deaths tests documents files lines words characters pages calories watts volts grams
        kilograms kg tons tonnes liters litres gallons acres hectares shares stars parameters
        """);

    public static bool IsQuantity(TokenizedText text, int first, int last) =>
        text[first].IsAmount || text[last].IsAmount
        || (text.IsWord(first - 1) && text.Gap(first) is " " or ": "
        && text.IsIn(text.Is(first - 1, "of") || text.Is(first - 1, "is") ? first - 2 : first - 1, Before))
        || (text.IsWord(last + 1) && text.Gap(last + 1) is " " or "-" && text.IsIn(last + 1, After));

    /// <summary>Whether a number ends in three or more zeros, as estimates do.</summary>
    public static bool IsRound(TokenizedText text, int at)
    {
        TextToken token = text[at];
        int zeros = 0;
        while (zeros < token.Length && char.IsDigit(text.Text[token.End - 1 - zeros])
            && char.GetNumericValue(text.Text[token.End - 1 - zeros]) == 0)
        {
            zeros++;
        }

        return zeros >= 3;
    }

    /// <summary>Whether three groups are a date: year, month, day or month, day, year in any usual order, with equal separators.</summary>
    public static bool IsDate(TokenizedText text, ref NumberGroups groups)
    {
        if (groups.Count < 3 || groups.Token(2) != groups.Token(0) + 2)
        {
            return false;
        }

        ReadOnlySpan<char> separator = text.Gap(groups.Token(1));
        if (separator is not ("-" or "." or "/") || !text.Gap(groups.Token(2)).SequenceEqual(separator)
            || (groups.Count > 3 && text.Gap(groups.Token(3)).SequenceEqual(separator)))
        {
            return false;
        }

        Span<char> digits = stackalloc char[4];
        Span<int> parts = stackalloc int[3];
        for (int i = 0; i < 3; i++)
        {
            int count = text.CopyDigits(groups.Token(i), digits);
            if (count is < 1 or 3)
            {
                return false;
            }

            parts[i] = int.Parse(digits[..count], System.Globalization.CultureInfo.InvariantCulture);
        }

        return groups.Lengths[..3] switch
        {
            [4, <= 2, <= 2] => IsYear(parts[0]) && IsDayAndMonth(parts[1], parts[2]),
            [<= 2, <= 2, 4] => IsYear(parts[2]) && IsDayAndMonth(parts[0], parts[1]),
            [<= 2, <= 2, 2] => IsDayAndMonth(parts[0], parts[1]),
            _ => false,
        };
    }

    /// <summary>Whether four numbers are the address of a computer, such as "192.168.0.1".</summary>
    public static bool IsAddress(TokenizedText text, int at)
    {
        Span<char> digits = stackalloc char[3];
        for (int i = 0; i < 4; i++)
        {
            int count = text.IsNumber(at + i) && (i == 0 || text.Gap(at + i) is ".") ? text.CopyDigits(at + i, digits) : -1;
            if (count < 1 || (count > 1 && digits[0] == '0')
                || int.Parse(digits[..count], System.Globalization.CultureInfo.InvariantCulture) > byte.MaxValue)
            {
                return false;
            }
        }

        return !NumberLinks.ContinuesNumber(text, at) && !NumberLinks.IsContinued(text, at + 3);
    }

    static bool IsYear(int number) => number is >= 1800 and <= 2199;

    static bool IsDayAndMonth(int one, int other) => one is >= 1 and <= 31 && other is >= 1 and <= 31 && Math.Min(one, other) <= 12;
}

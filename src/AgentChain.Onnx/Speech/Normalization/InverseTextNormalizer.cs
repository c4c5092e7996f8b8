namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Normalizes recognized text: converts the English words of numbers, money, times, dates and addresses to written
/// forms.</summary>
/// <remarks>
/// "four five six one two three" becomes "456123", "twenty one dollars and fifty cents" "$21.50", "march third" "march 3",
/// "nine thirty a m" "9:30 am", "john dot doe at example dot com" "john.doe@example.com", "three quarters" "3/4", "half past nine" "9:30".
/// "oh", "o", "double" and "triple" are recognized inside strings of digits. A single number below ten stays a word ("two times", "no one")
/// unless a unit, a month, a time or a street shows that it is a number. Ordinals become digits only next to a month. Other words, their
/// case and the punctuation are unchanged; each run of white space becomes one space. Takes time in proportion to the text.
/// Culture-invariant; thread-safe.
/// </remarks>
public static class InverseTextNormalizer
{
    private static readonly string[] StreetKinds = ["street", "road", "avenue", "lane", "drive", "boulevard"];
    private static readonly string[] DataUnits = ["gigabyte", "gigabytes", "megabyte", "megabytes", "kilobyte", "kilobytes", "terabyte",
        "terabytes"];

    /// <summary>Converts number words to their written forms.</summary>
    /// <param name="text">The words as a recognizer returns them.</param>
    /// <returns>The text with its numbers in written form.</returns>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        SpokenWord[] words = SpokenWord.Split(text);
        WrittenWords written = new();
        bool hasAddresses = Array.Exists(words, word => word.Lower == "dot");
        for (int at = 0; at < words.Length;)
        {
            int next = hasAddresses ? SpokenAddress.Try(words, at, written) : at;
            next = next > at ? next : TryRules(words, at, written);
            if (next == at)
            {
                next = at + 1;
                written.Add(words.AsSpan(at, 1));
            }

            at = next;
        }

        return written.ToString();
    }

    private static int TryRules(SpokenWord[] words, int at, WrittenWords written)
    {
        int next = SpokenDate.Try(words, at, written);
        next = next > at ? next : TryOrdinal(words, at, written);
        next = next > at ? next : SpokenTime.TryPast(words, at, written);
        next = next > at ? next : SpokenFraction.Try(words, at, written);
        next = next > at ? next : SpokenCurrency.TryOne(words, at, written);
        next = next > at ? next : TryPointFirst(words, at, written);
        return next > at ? next : TryNumber(words, at, written);
    }

    // "twenty first" is no 20, and "one hundredth" no 100.
    private static int TryOrdinal(SpokenWord[] words, int at, WrittenWords written)
    {
        if (!SpokenCardinal.TryOrdinal(words, at, out _, out int next))
        {
            return at;
        }

        written.Add(words.AsSpan(at, next - at));
        return next;
    }

    // "point five percent"
    private static int TryPointFirst(SpokenWord[] words, int at, WrittenWords written)
    {
        if (words[at].Lower != "point" || words[at].Ends
            || SpokenDigits.ReadDecimals(words, at + 1, out int next) is not { Length: > 0 } decimals
            || !SpokenWord.Follows(words, next) || !IsPercent(words, next, out int end))
        {
            return at;
        }

        written.Add($"0.{decimals}%{words[end - 1].Tail}");
        return end;
    }

    private static int TryNumber(SpokenWord[] words, int at, WrittenWords written)
    {
        if (!SpokenNumber.TryParse(words, at, out SpokenNumber number))
        {
            return at;
        }

        int next = number.Next;
        if (IsChoice(words, number))
        {
            return at;
        }

        if (Idiom(words, at, number) is { } idiom)
        {
            written.Add(idiom + words[next - 1].Tail);
            return next;
        }

        if (number.Pieces == 1 && number.Value is >= 11 and <= 20 && SpokenWord.Follows(words, next)
            && NumberWords.Decade(words[next].Lower) is >= 0 and var decade)
        {
            written.Add(FormattableString.Invariant($"{number.Value}{decade:00}s{words[next].Tail}"));
            return next + 1;
        }

        string digits = number.Digits;
        string? scale = null;
        bool isDecimal = SpokenFraction.TryDecimals(words, number, out string decimals, ref next);
        if (isDecimal)
        {
            digits += "." + decimals;
            scale = SpokenWord.Follows(words, next) && NumberWords.Scale(words[next].Lower) >= 1000 ? words[next++].Lower : null;
        }

        int after = SpokenCurrency.Try(words, digits, scale, next, written);
        if (after > next)
        {
            return after;
        }

        if (SpokenWord.Follows(words, next) && IsPercent(words, next, out int afterPercent))
        {
            written.Add((scale is null ? digits : digits + " " + scale) + "%" + words[afterPercent - 1].Tail);
            return afterPercent;
        }

        if (!isDecimal && SpokenTime.TryNumber(words, at, number, written) is var afterTime && afterTime > at)
        {
            return afterTime;
        }

        bool isNegative = IsNegative(words, at, number.IsLong || isDecimal, next);
        if (!isDecimal && !number.IsLong && !isNegative && !IsMeasured(words, next))
        {
            return at;
        }

        string sign = isNegative ? "-" : IsInternational(words, at, number) ? "+" : "";
        if (sign.Length > 0)
        {
            written.RemoveLast();
        }

        written.Add(sign + digits + (scale is null ? "" : " " + scale) + words[next - 1].Tail);
        return next;
    }

    private static bool IsPercent(SpokenWord[] words, int at, out int next)
    {
        next = words[at].Lower == "percent" ? at + 1 : words[at].Lower == "per" && SpokenWord.Follows(words, at + 1)
            && words[at + 1].Lower == "cent" ? at + 2 : at;
        return next > at;
    }

    // "one two or three of those" are small numbers, and no 12.
    private static bool IsChoice(SpokenWord[] words, SpokenNumber number) =>
        number is { Pieces: 2, Digits.Length: 2 } && SpokenWord.Is(words, number.Next, "or") && SpokenWord.Follows(words, number.Next + 1)
        && NumberWords.Below100(words[number.Next + 1].Lower) is >= 0 and < 10
        && !(SpokenWord.Follows(words, number.Next + 2) && NumberWords.IsPart(words[number.Next + 2].Lower));

    private static string? Idiom(SpokenWord[] words, int at, SpokenNumber number)
    {
        bool alone = number.Pieces == 2 && !(SpokenWord.Follows(words, at) && NumberWords.IsPart(words[at - 1].Lower))
            && !SpokenWord.Is(words, number.Next, "point");
        return !alone ? null : (number.Digits, number.Next - at) switch
        {
            ("247", 3) => "24/7",
            ("5050", 2) => "50/50",
            ("2020", 2) when SpokenWord.Is(words, number.Next, "vision") => "20/20",
            _ => null,
        };
    }

    // "minus twenty", but not "ten minus five"
    private static bool IsNegative(SpokenWord[] words, int at, bool isLong, int next) =>
        SpokenWord.Follows(words, at) && words[at - 1].Lower is "minus" or "negative"
            && (at < 2 || words[at - 2].Ends || !NumberWords.IsPart(words[at - 2].Lower))
        && (isLong || SpokenWord.IsAny(words, next, "degrees", "percent"));

    private static bool IsInternational(SpokenWord[] words, int at, SpokenNumber number) =>
        SpokenWord.Follows(words, at) && words[at - 1].Lower == "plus" && number.Pieces >= 7 && number.Digits.Length is >= 10 and <= 15;

    private static bool IsMeasured(SpokenWord[] words, int next) =>
        SpokenWord.Follows(words, next)
        && (DataUnits.Contains(words[next].Lower) || words[next].Lower is "o'clock"
        || (SpokenWord.Follows(words, next + 1) && StreetKinds.Contains(words[next + 1].Lower)));
}

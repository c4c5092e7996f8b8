namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Normalizes recognized text: converts the English words of numbers, money, times and dates to their written forms.</summary>
/// <remarks>
/// "four five six one two three" becomes "456123", "twenty one dollars and fifty cents" "$21.50", "march third" "march 3",
/// "nine thirty a m" "9:30 am". "oh", "o", "double" and "triple" are recognized inside strings of digits. A single number below ten stays
/// a word ("two times", "no one") unless a unit, a month, a time or a street shows that it is a number. Ordinals become digits only next
/// to a month. Other words, their case and the punctuation are unchanged; each run of white space becomes one space.
/// Culture-invariant; thread-safe.
/// </remarks>
public static class InverseTextNormalizer
{
    private static readonly string[] StreetKinds = ["street", "road", "avenue", "lane", "drive", "boulevard"];
    private static readonly string[] DataUnits = ["gigabyte", "gigabytes", "megabyte", "megabytes", "kilobyte", "kilobytes", "terabyte", "terabytes"];

    /// <summary>Converts number words to their written forms.</summary>
    /// <param name="text">The words as a recognizer returns them.</param>
    /// <returns>The text with its numbers in written form.</returns>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        SpokenWord[] words = SpokenWord.Split(text);
        List<string> written = new(words.Length);
        for (int at = 0; at < words.Length;)
        {
            int next = TryDate(words, at, written);
            next = next > at ? next : TryNumber(words, at, written);
            if (next == at)
            {
                written.Add(words[at].Text);
                next = at + 1;
            }

            at = next;
        }

        return string.Join(' ', written);
    }

    // "march third", "march the twenty first", "third of march"
    private static int TryDate(SpokenWord[] words, int at, List<string> written)
    {
        int day;
        if (at > 0 && NumberWords.IsMonth(words[at - 1].Core) && !words[at - 1].Ends)
        {
            int from = words[at].Lower == "the" && !words[at].Ends ? at + 1 : at;
            int length = OrdinalAt(words, from, out day);
            if (length > 0)
            {
                written.Add(NumberWords.Invariant(day) + words[from + length - 1].Tail);
                return from + length;
            }
        }

        int plain = OrdinalAt(words, at, out day);
        if (plain > 0 && !words[at + plain - 1].Ends && Is(words, at + plain, "of") && at + plain + 1 < words.Length && NumberWords.IsMonth(words[at + plain + 1].Core))
        {
            if (written.Count > 0 && words[at - 1].Lower == "the")
            {
                written.RemoveAt(written.Count - 1);
            }

            written.Add(words[at + plain + 1].Core);
            written.Add(NumberWords.Invariant(day) + words[at + plain + 1].Tail);
            return at + plain + 2;
        }

        return at;
    }

    private static int OrdinalAt(SpokenWord[] words, int at, out int day)
    {
        day = at + 1 < words.Length && !words[at].Ends ? NumberWords.Day(words[at].Lower + " " + words[at + 1].Lower) : 0;
        if (day > 0)
        {
            return 2;
        }

        day = at < words.Length ? NumberWords.Day(words[at].Lower) : 0;
        return day > 0 ? 1 : 0;
    }

    private static int TryNumber(SpokenWord[] words, int at, List<string> written)
    {
        if (!SpokenNumber.TryParse(words, at, out SpokenNumber number))
        {
            return at;
        }

        int next = number.Next;
        string tail = words[next - 1].Tail;
        if (tail.Length == 0 && next < words.Length)
        {
            switch (words[next].Lower)
            {
                case "dollar" or "dollars" or "bucks":
                    return Dollars(words, number, written);
                case "cent" or "cents" when number.Value < 100:
                    written.Add(FormattableString.Invariant($"$0.{number.Value:00}") + words[next].Tail);
                    return next + 1;
                case "percent":
                    written.Add(number.Digits + "%" + words[next].Tail);
                    return next + 1;
                case "point" when SpokenNumber.TryParse(words, next + 1, out SpokenNumber decimals) && decimals.Pieces == decimals.Digits.Length && !words[next].Ends:
                    written.Add(number.Digits + "." + decimals.Digits + words[decimals.Next - 1].Tail);
                    return decimals.Next;
            }
        }

        int half = tail.Length == 0 ? HalfDay(words, next) : 0;
        if (half > 0 && number.Time is { } time)
        {
            written.Add(time);
            written.Add((words[next].Lower[0] == 'a' ? "am" : "pm") + words[next + half - 1].Tail);
            return next + half;
        }

        bool clock = number.Pieces > 1 && number.Time is not null && at > 0 && words[at - 1].Lower == "at";
        bool known = number.IsLong || (at > 0 && !words[at - 1].Ends && NumberWords.IsMonth(words[at - 1].Core)) || IsMeasured(words, next, tail);
        if (!clock && !known)
        {
            return at;
        }

        written.Add((clock ? number.Time : number.Digits) + tail);
        return next;
    }

    private static int Dollars(SpokenWord[] words, SpokenNumber dollars, List<string> written)
    {
        int at = dollars.Next + 1;
        string whole = "$" + dollars.Digits;
        if (!words[at - 1].Ends)
        {
            int from = Is(words, at, "and") ? at + 1 : at;
            if (SpokenNumber.TryParse(words, from, out SpokenNumber cents) && cents.Value < 100 && cents.Digits.Length <= 2 && !words[cents.Next - 1].Ends
                && (Is(words, cents.Next, "cent") || Is(words, cents.Next, "cents")))
            {
                written.Add(FormattableString.Invariant($"{whole}.{cents.Value:00}") + words[cents.Next].Tail);
                return cents.Next + 1;
            }

            // "twenty one dollars fifty", at the end of a phrase
            if (from == at && cents.Pieces == 1 && cents.Value is >= 10 and < 100 && (cents.Next == words.Length || words[cents.Next - 1].Ends))
            {
                written.Add(FormattableString.Invariant($"{whole}.{cents.Value:00}") + words[cents.Next - 1].Tail);
                return cents.Next;
            }
        }

        written.Add(whole + words[at - 1].Tail);
        return at;
    }

    private static bool IsMeasured(SpokenWord[] words, int next, string tail) =>
        tail.Length == 0 && next < words.Length
        && (DataUnits.Contains(words[next].Lower) || words[next].Lower == "o'clock" || (next + 1 < words.Length && StreetKinds.Contains(words[next + 1].Lower)));

    // The number of words of "a m", "am", "a.m." or the same with p; 0 if there is none.
    private static int HalfDay(SpokenWord[] words, int at)
    {
        if (at >= words.Length)
        {
            return 0;
        }

        return words[at].Lower is "am" or "pm" or "a.m" or "p.m" ? 1
            : words[at].Lower is "a" or "p" && !words[at].Ends && Is(words, at + 1, "m") ? 2
            : 0;
    }

    private static bool Is(SpokenWord[] words, int at, string word) => at < words.Length && words[at].Lower == word;
}

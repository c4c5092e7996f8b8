namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Parses cardinal and ordinal number words.</summary>
internal static class SpokenCardinal
{
    // "nine hundred ninety nine trillion, nine hundred and ninety nine billion ..." with every "and" has no more words.
    private const int LongestNumber = 32;

    /// <summary>Parses a number with "hundred" or a larger unit: "two hundred and five", "a hundred", "three thousand two
    /// hundred".</summary>
    public static bool TryScaled(SpokenWord[] words, int at, out long value, out int next)
    {
        bool and = !SpokenWord.Is(words, at - 1, "between") || CountAnds(words, at) > 1;
        value = 0;
        next = at;
        bool scaled = false;
        if (SpokenWord.Is(words, at, "a") && SpokenWord.Is(words, at - 1, "half"))
        {
            return false; // "half a million"
        }

        for (long limit = long.MaxValue; next == at || SpokenWord.Follows(words, next);)
        {
            int from = next > at && and && SpokenWord.Is(words, next, "and") && !words[next].Ends ? next + 1 : next;
            if (!TryGroup(words, from, next == at, and, out long group, out int end, out bool hundreds))
            {
                break;
            }

            long scale = SpokenWord.Follows(words, end) ? NumberWords.Scale(words[end].Lower) : 0;
            if (scale < 1000)
            {
                if (next == at && !hundreds)
                {
                    return false;
                }

                value += group;
                next = end;
                scaled = true;
                break;
            }

            if (scale >= limit)
            {
                break; // "one thousand two thousand": the next number
            }

            value += group * scale;
            limit = scale;
            next = end + 1;
            scaled = true;
        }

        return scaled;
    }

    /// <summary>Parses one or two words below 100.</summary>
    public static bool TryTwoDigits(SpokenWord[] words, int at, out long value, out int next)
    {
        value = at < words.Length ? NumberWords.Below100(words[at].Lower) : -1;
        next = value < 0 ? at : at + 1;
        if (value >= 20 && SpokenWord.Follows(words, next) && NumberWords.Below100(words[next].Lower) is >= 1 and <= 9 and var unit)
        {
            value += unit;
            next++;
        }

        return value >= 0;
    }

    /// <summary>Parses an ordinal number: "twenty first", "one hundred and third", "hundredth".</summary>
    public static bool TryOrdinal(SpokenWord[] words, int at, out long value, out int next)
    {
        value = 0;
        next = at;
        int last = at;
        while (last < words.Length && last < at + LongestNumber && NumberWords.CardinalOfOrdinal(words[last].Lower) is null
            && !words[last].Ends && IsNumberWord(words, last, at))
        {
            last++;
        }

        if (last == words.Length || NumberWords.CardinalOfOrdinal(words[last].Lower) is not { } cardinal)
        {
            return false;
        }

        SpokenWord[] phrase = words[at..(last + 1)];
        phrase[^1] = new SpokenWord(cardinal, "");
        if (phrase.Length == 1)
        {
            value = Math.Max(NumberWords.Below100(cardinal), NumberWords.Scale(cardinal));
        }
        else if (!(TryScaled(phrase, 0, out value, out int end) && end == phrase.Length)
            && !(TryTwoDigits(phrase, 0, out value, out end) && end == phrase.Length))
        {
            return false;
        }

        next = last + 1;
        return true;
    }

    private static bool IsNumberWord(SpokenWord[] words, int at, int first) =>
        NumberWords.Below100(words[at].Lower) >= 0 || (at > first ? words[at].Lower == "and" || NumberWords.Scale(words[at].Lower) > 0
            : words[at].Lower == "a" && SpokenWord.Follows(words, at + 1) && NumberWords.IsScale(words[at + 1].Lower));

    private static bool TryGroup(SpokenWord[] words, int at, bool isFirst, bool and, out long group, out int next, out bool hundreds)
    {
        hundreds = false;
        if (isFirst && SpokenWord.Is(words, at, "a") && SpokenWord.Follows(words, at + 1) && NumberWords.IsScale(words[at + 1].Lower))
        {
            group = 1;
            next = at + 1;
        }
        else if (!TryTwoDigits(words, at, out group, out next))
        {
            return false;
        }

        if (group > 0 && IsHundred(words, next))
        {
            hundreds = true;
            group *= 100;
            next++;
            int rest = and && SpokenWord.Follows(words, next) && SpokenWord.Is(words, next, "and") && !words[next].Ends ? next + 1 : next;
            if (SpokenWord.Follows(words, next) && TryTwoDigits(words, rest, out long units, out int afterUnits) && units > 0
                && !IsHundred(words, afterUnits))
            {
                group += units;
                next = afterUnits;
            }
        }

        return true;
    }

    private static bool IsHundred(SpokenWord[] words, int at) => SpokenWord.Follows(words, at) && words[at].Lower == "hundred";

    // "between one hundred and two thousand" are two numbers; "between one hundred and one and two hundred" has a third "and".
    private static int CountAnds(SpokenWord[] words, int at)
    {
        int count = 0;
        for (int i = at; i < words.Length && i < at + LongestNumber && IsNumberWord(words, i, at) && (i == at || !words[i - 1].Ends); i++)
        {
            count += words[i].Lower == "and" ? 1 : 0;
        }

        return count;
    }
}

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts spoken fractions: "one half", "three quarters", "two and a half", "five eighths".</summary>
internal static class SpokenFraction
{
    private static readonly string[] Compounds = ["party", "parties", "person", "world", "place", "grade", "graders", "time"];

    /// <summary>Converts the fraction at a position.</summary>
    /// <returns>The position after it; the same position if there is none.</returns>
    public static int Try(SpokenWord[] words, int at, WrittenWords written)
    {
        if (!SpokenCardinal.TryTwoDigits(words, at, out long number, out int next) || !SpokenWord.Follows(words, next))
        {
            return at;
        }

        if (TryParts(words, next, number == 1, out long parts) && number > 0 && number < parts)
        {
            written.Add(FormattableString.Invariant($"{number}/{parts}{words[next].Tail}"));
            return next + 1;
        }

        if (!TryMixed(words, next, out long count, out parts, out int end) || IsScaled(words, end, parts))
        {
            return at;
        }

        written.Add(FormattableString.Invariant($"{number} {count}/{parts}{words[end - 1].Tail}"));
        return end;
    }

    /// <summary>Parses what makes a number a decimal: "point five", or "and a half" in front of "percent" or "million".</summary>
    /// <param name="words">The words.</param>
    /// <param name="number">The number before.</param>
    /// <param name="decimals">The digits after the decimal point.</param>
    /// <param name="next">The position after the number; moved behind the decimals.</param>
    public static bool TryDecimals(SpokenWord[] words, SpokenNumber number, out string decimals, ref int next)
    {
        decimals = "";
        int end = next;
        if (!SpokenWord.Follows(words, next))
        {
            return false;
        }

        if (words[next].Lower == "point")
        {
            decimals = SpokenDigits.ReadDecimals(words, next + 1, out end);
        }
        else if (number.Pieces == 1 && TryMixed(words, next, out long count, out long parts, out end) && IsScaled(words, end, parts))
        {
            decimals = parts == 2 ? "5" : count == 1 ? "25" : "75";
        }

        next = decimals.Length > 0 ? end : next;
        return decimals.Length > 0;
    }

    // "and a half", "and one half", "and three quarters"
    private static bool TryMixed(SpokenWord[] words, int at, out long count, out long parts, out int end)
    {
        (count, parts, end) = (1, 0, at);
        if (words[at].Lower != "and" || !SpokenWord.Follows(words, at + 1))
        {
            return false;
        }

        int next = at + 2;
        bool counted = words[at + 1].Lower == "a" || SpokenCardinal.TryTwoDigits(words, at + 1, out count, out next);
        end = next + 1;
        return counted && SpokenWord.Follows(words, next) && TryParts(words, next, count == 1, out parts) && count > 0 && count < parts;
    }

    private static bool IsScaled(SpokenWord[] words, int at, long parts) =>
        parts is 2 or 4 && SpokenWord.Follows(words, at)
        && (words[at].Lower == "percent" || (words[at].Lower == "per" && SpokenWord.Is(words, at + 1, "cent"))
        || NumberWords.Scale(words[at].Lower) >= 1000);

    // One part of a whole is singular, several are plural. Larger parts than tenths are ordinals more often than fractions.
    private static bool TryParts(SpokenWord[] words, int at, bool single, out long parts)
    {
        string word = words[at].Lower;
        parts = 0;
        if (single)
        {
            parts = word switch { "half" => 2, "quarter" => 4, _ => Ordinal(word) };
        }
        else if (word.Length > 1 && word[^1] == 's')
        {
            parts = word == "quarters" ? 4 : Ordinal(word[..^1]);
        }

        return parts > 0 && !(SpokenWord.Follows(words, at + 1) && Compounds.Contains(words[at + 1].Lower));
    }

    private static int Ordinal(string word) =>
        NumberWords.CardinalOfOrdinal(word) is { } cardinal && NumberWords.Below100(cardinal) is >= 3 and <= 10 and var parts ? parts : 0;
}

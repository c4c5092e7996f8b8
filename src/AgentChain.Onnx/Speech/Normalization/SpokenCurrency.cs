using System.Collections.Frozen;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts spoken amounts of money: "two dollars", "nine pounds fifty", "two point five billion dollars".</summary>
internal static class SpokenCurrency
{
    private static readonly FrozenDictionary<string, string> Symbols = new Dictionary<string, string>
    {
        ["dollar"] = "$", ["dollars"] = "$", ["buck"] = "$", ["bucks"] = "$", ["euro"] = "€", ["euros"] = "€", ["pound"] = "£",
        ["pounds"] = "£",
        ["quid"] = "£", ["yen"] = "¥", ["rupee"] = "₹", ["rupees"] = "₹",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] AfterAmounts =
        ["please", "for", "per", "each", "in", "on", "to", "from", "at", "but", "because", "thanks", "is", "was", "total", "i", "you",
        "it", "and", "or", "so"];

    /// <summary>Converts the amount of a number.</summary>
    /// <param name="words">The words.</param>
    /// <param name="amount">The number as digits.</param>
    /// <param name="scale">"million" or another unit of a decimal number; null for none.</param>
    /// <param name="next">The position after the number.</param>
    /// <param name="written">The converted text.</param>
    /// <returns>The position after the amount; <paramref name="next"/> if no currency follows.</returns>
    public static int Try(SpokenWord[] words, string amount, string? scale, int next, WrittenWords written)
    {
        if (!SpokenWord.Follows(words, next))
        {
            return next;
        }

        if (scale is null && words[next].Lower is "cent" or "cents" or "pence" or "penny" or "pennies" && amount.Length <= 2)
        {
            string symbol = words[next].Lower is "pence" ? "£" : "$";
            written.Add($"{symbol}0.{amount.PadLeft(2, '0')}{words[next].Tail}");
            return next + 1;
        }

        return Symbols.TryGetValue(words[next].Lower, out string? sign) && !IsWeight(words, next)
            ? Whole(words, sign, amount, scale, next, written) : next;
    }

    /// <summary>Converts "a dollar fifty" at a position.</summary>
    /// <returns>The position after it; the same position if there is none.</returns>
    public static int TryOne(SpokenWord[] words, int at, WrittenWords written) =>
        words[at].Lower == "a" && SpokenWord.Follows(words, at + 1) && Symbols.TryGetValue(words[at + 1].Lower, out string? sign)
            && TryHundredths(words, at + 2, out long cents, out int end)
            ? Add(written, FormattableString.Invariant($"{sign}1.{cents:00}{words[end - 1].Tail}"), end)
            : at;

    private static int Whole(SpokenWord[] words, string sign, string amount, string? scale, int next, WrittenWords written)
    {
        if (scale is null && !amount.Contains('.', StringComparison.Ordinal) && TryHundredths(words, next + 1, out long cents, out int end))
        {
            return Add(written, FormattableString.Invariant($"{sign}{amount}.{cents:00}{words[end - 1].Tail}"), end);
        }

        return Add(written, sign + amount + (scale is null ? "" : " " + scale) + words[next].Tail, next + 1);
    }

    // "and fifty cents", "fifty cents", or "fifty" or "and fifty" at the end of a phrase
    private static bool TryHundredths(SpokenWord[] words, int at, out long cents, out int end)
    {
        cents = 0;
        end = at;
        if (!SpokenWord.Follows(words, at))
        {
            return false;
        }

        bool and = words[at].Lower == "and" && !words[at].Ends;
        if (!SpokenCardinal.TryTwoDigits(words, and ? at + 1 : at, out cents, out end))
        {
            return false;
        }

        if (SpokenWord.Follows(words, end) && words[end].Lower is "cent" or "cents" or "pence" or "penny")
        {
            end++;
            return true;
        }

        return cents >= 10 && (!SpokenWord.Follows(words, end) || (!and && AfterAmounts.Contains(words[end].Lower)));
    }

    private static bool IsWeight(SpokenWord[] words, int at) =>
        words[at].Lower is "pound" or "pounds" && SpokenWord.Follows(words, at + 1)
            && words[at + 1].Lower is "of" or "overweight" or "heavier" or "lighter";

    private static int Add(WrittenWords written, string amount, int next)
    {
        written.Add(amount);
        return next;
    }
}

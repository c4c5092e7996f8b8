namespace VoiceAgent.Listening;

/// <summary>
/// Replaces homophones of digits: "to" inside a spoken number is "two". Otherwise "four eight to nine" would
/// not be recognized as a number, and would not be redacted.
/// </summary>
static class DigitHomophones
{
    static readonly string[] Digits = ["zero", "oh", "o", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    static readonly string[] LeadIns = ["is", "in", "number", "account", "card"];

    static readonly Dictionary<string, string> Sounds = new(StringComparer.Ordinal)
    {
        ["to"] = "two",
        ["too"] = "two",
        ["for"] = "four",
        ["won"] = "one",
        ["ate"] = "eight",
    };

    /// <summary>Replaces homophones if both neighbors, and a second word on one side, belong to a spoken number.</summary>
    public static string Resolve(string words)
    {
        string[] all = words.Split(' ');
        for (int i = 1; i < all.Length; i++)
        {
            if (Sounds.TryGetValue(all[i], out string? digit)
                && (IsDigit(all, i - 1) || LeadIns.Contains(all[i - 1]))
                && (i + 1 == all.Length || IsDigit(all, i + 1))
                && ((IsDigit(all, i - 1) && IsDigit(all, i - 2)) || (IsDigit(all, i + 1) && IsDigit(all, i + 2))))
            {
                all[i] = digit;
            }
        }

        return string.Join(' ', all);
    }

    static bool IsDigit(string[] words, int at) => at >= 0 && at < words.Length && Digits.Contains(words[at], StringComparer.Ordinal);
}

using System.Globalization;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>A number that consecutive words name.</summary>
/// <param name="Digits">The digits of its written form, with leading zeros.</param>
/// <param name="Pieces">The count of spoken numbers: three in "four five six", two in "nine thirty", one in "two hundred and five".</param>
/// <param name="Next">The index of the first word after the number.</param>
/// <param name="Time">The number as a time of day ("9", "9:30"); null if it cannot be one.</param>
internal readonly record struct SpokenNumber(string Digits, int Pieces, int Next, string? Time)
{
    /// <summary>The value; <see cref="long.MaxValue"/> for more than 18 digits.</summary>
    public long Value =>
        Digits is { Length: > 0 and < 19 } ? long.Parse(Digits, NumberStyles.None, CultureInfo.InvariantCulture) : long.MaxValue;

    /// <summary>Whether it has more than one digit, so that it cannot be the plain word "one" or "two" of a sentence.</summary>
    public bool IsLong => Digits.Length > 1;

    /// <summary>Parses as many words as form one number.</summary>
    public static bool TryParse(SpokenWord[] words, int at, out SpokenNumber number)
    {
        if (at >= words.Length)
        {
            number = default;
            return false;
        }

        if (SpokenDigits.TryTollFree(words, at, out string digits, out int next))
        {
            number = new SpokenNumber(digits, digits.Length, next, null);
            return true;
        }

        if (SpokenCardinal.TryScaled(words, at, out long value, out next))
        {
            number = new SpokenNumber(NumberWords.Invariant(value), 1, next, null);
            return true;
        }

        List<string> pieces = SpokenDigits.Read(words, at, out next);
        number = pieces.Count == 0 ? default : new SpokenNumber(string.Concat(pieces), pieces.Count, next, TimeOf(pieces));
        return pieces.Count > 0;
    }

    private static string? TimeOf(List<string> pieces)
    {
        if (pieces.Count > 3 || !int.TryParse(pieces[0], NumberStyles.None, CultureInfo.InvariantCulture, out int hour)
            || hour is < 1 or > 23)
        {
            return null;
        }

        string minutes = string.Concat(pieces.Skip(1));
        return minutes.Length == 0 ? pieces[0] : minutes.Length == 2 && minutes[0] < '6' ? $"{pieces[0]}:{minutes}" : null;
    }
}

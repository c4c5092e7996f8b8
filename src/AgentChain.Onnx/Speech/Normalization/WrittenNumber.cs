using System.Globalization;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts the digits of a number to words.</summary>
internal static class WrittenNumber
{
    /// <summary>The pattern of a whole number with or without separators between thousands (or lakhs).</summary>
    public const string Pattern = @"(?:\d{1,3}(?:,\d{3}){1,12}(?!\d)|\d{1,2}(?:,\d{2}){1,8},\d{3}(?!\d)|\d+)";

    private const int MostDigits = 15;

    /// <summary>Returns a quantity: always a cardinal number, unless it is too long for one or begins with zeros.</summary>
    public static string Quantity(string number, string decimals = "") =>
        Cardinal(number) + (decimals.Length > 0 ? " point " + NumberWords.Digits(decimals) : "");

    /// <summary>Returns the cardinal number; the single digits if it has too many or begins with zeros.</summary>
    public static string Cardinal(string number)
    {
        string digits = Plain(number);
        return digits.Length <= MostDigits && (digits.Length == 1 || digits[0] != '0') ? NumberWords.Cardinal(Value(digits))
            : NumberWords.Digits(digits);
    }

    /// <summary>Returns the ordinal number; the single digits and "th" if it has too many.</summary>
    public static string Ordinal(string number)
    {
        string digits = Plain(number);
        return digits.Length <= MostDigits ? NumberWords.Ordinal(Value(digits)) : NumberWords.Digits(digits) + " th";
    }

    /// <summary>Removes the separators.</summary>
    public static string Plain(string number) => number.Replace(",", "", StringComparison.Ordinal);

    /// <summary>Returns the value of at most 15 digits; -1 for more.</summary>
    public static long Value(string number)
    {
        string digits = Plain(number);
        return digits.Length is > 0 and <= MostDigits ? long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) : -1;
    }
}

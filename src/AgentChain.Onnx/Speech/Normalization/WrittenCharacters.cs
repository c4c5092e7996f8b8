using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Replaces the variants of digits and signs by the ones that the other rules know.</summary>
internal static class WrittenCharacters
{
    /// <summary>Converts decimal digits of any script, full-width forms, vulgar fractions and minus signs. Other characters stay, even
    /// lone surrogates.</summary>
    public static string Simplify(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        StringBuilder simple = new(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
            {
                int digit = CharUnicodeInfo.GetDecimalDigitValue(text, at);
                simple.Append(digit >= 0 ? NumberWords.Invariant(digit) : text.AsSpan(at, 2));
                at++;
                continue;
            }

            int value = c > '9' ? CharUnicodeInfo.GetDecimalDigitValue(c) : -1;
            if (value >= 0)
            {
                simple.Append((char)('0' + value));
            }
            else if (IsGroupSpace(text, at))
            {
                simple.Append(',');
            }
            else if (c is >= '\u2160' and <= '\u217F' or >= '\u2460' and <= '\u2473')
            {
                simple.Append(NumberWords.Invariant((long)CharUnicodeInfo.GetNumericValue(c)));
            }
            else if (Fraction(c) is { } fraction)
            {
                simple.Append(simple.Length > 0 && char.IsAsciiDigit(simple[^1]) ? " " : "").Append(fraction);
            }
            else
            {
                simple.Append(Sign(c));
            }
        }

        return simple.ToString();
    }

    // A no-break or thin space between thousands: "1 000 000".
    private static bool IsGroupSpace(string text, int at) =>
        text[at] is '\u00A0' or '\u202F' or '\u2009' && at > 0 && char.IsAsciiDigit(text[at - 1]) && at + 3 < text.Length
        && char.IsAsciiDigit(text[at + 1]) && char.IsAsciiDigit(text[at + 2]) && char.IsAsciiDigit(text[at + 3])
        && (at + 4 == text.Length || !char.IsAsciiDigit(text[at + 4]));

    private static char Sign(char c) => c switch
    {
        '\u2212' or '\u2010' or '\u2011' or '\uFE63' => '-',
        '\u066B' => '.',
        '\u066C' => ',',
        '\u066A' => '%',
        '\u2044' or '\u2215' => '/',
        '\u02BC' => '\'',
        >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFEE0),
        _ => c,
    };

    private static string? Fraction(char c) => c switch
    {
        '½' => "1/2", '⅓' => "1/3", '⅔' => "2/3", '¼' => "1/4", '¾' => "3/4", '⅕' => "1/5", '⅖' => "2/5", '⅗' => "3/5", '⅘' => "4/5",
        '⅙' => "1/6", '⅚' => "5/6", '⅐' => "1/7", '⅛' => "1/8", '⅜' => "3/8", '⅝' => "5/8", '⅞' => "7/8", '⅑' => "1/9", '⅒' => "1/10",
        _ => null,
    };
}

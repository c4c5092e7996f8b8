using System.Globalization;
using System.Text;

namespace AgentChain.Blocks.Redaction;

/// <summary>The classes of characters that redaction distinguishes. Lone surrogates are in none of them.</summary>
static class Characters
{
    /// <summary>Gets the value of the decimal digit at an index, in any script, or -1; and its length in characters.</summary>
    public static int Digit(ReadOnlySpan<char> text, int at, out int length)
    {
        char c = text[at];
        length = 1;
        if (c < 128)
        {
            return char.IsAsciiDigit(c) ? c - '0' : -1;
        }

        if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            length = 2;
            var rune = new Rune(c, text[at + 1]);
            return Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber ? (int)Rune.GetNumericValue(rune) : -1;
        }

        return CharUnicodeInfo.GetDecimalDigitValue(c);
    }

    /// <summary>Whether the character at an index is a letter or, inside a word, a mark; and its length in characters.</summary>
    public static bool IsLetter(ReadOnlySpan<char> text, int at, bool inside, out int length)
    {
        char c = text[at];
        length = 1;
        if (c < 128)
        {
            return char.IsAsciiLetter(c);
        }

        UnicodeCategory category = CharUnicodeInfo.GetUnicodeCategory(c);
        if (category == UnicodeCategory.Surrogate && char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            length = 2;
            category = Rune.GetUnicodeCategory(new Rune(c, text[at + 1]));
        }

        return category <= UnicodeCategory.OtherLetter || (inside && IsMark(category));
    }

    public static bool IsMark(char c) => c >= 128 && IsMark(CharUnicodeInfo.GetUnicodeCategory(c));

    public static bool IsApostrophe(char c) => c is '\'' or '’' or 'ʼ' or '＇';

    /// <summary>Whether a character can stand between the groups of one number.</summary>
    public static bool IsSeparator(char c) =>
        c is ' ' or '-' or '.' or '/' or ',' or '(' or ')' or '_' or '*' or '|' or '\\' or '·' or '•' or '−' || char.IsWhiteSpace(c)
        || (c >= 128 && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.DashPunctuation or UnicodeCategory.Format);

    public static bool IsDash(char c) => c is '-' or '−'
        || (c >= 128 && CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.DashPunctuation);

    public static bool IsCurrency(char c) => c == '$'
        || (c >= 128 && CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.CurrencySymbol);

    static bool IsMark(UnicodeCategory category) =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}

using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Provides operations that .NET's own methods reject for some texts or perform differently from the reference.</summary>
static class UnicodeText
{
    /// <summary>Returns the text with every lone surrogate replaced by U+FFFD, so that it is well-formed UTF-16.</summary>
    public static string WithoutLoneSurrogates(string text)
    {
        int at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        return at < 0 || IsWellFormed(text.AsSpan(at)) ? text : string.Create(text.Length, text, static (repaired, raw) =>
        {
            raw.CopyTo(repaired);
            for (int i = 0; i < repaired.Length; i++)
            {
                if (char.IsHighSurrogate(repaired[i]) && i + 1 < repaired.Length && char.IsLowSurrogate(repaired[i + 1]))
                {
                    i++;
                }
                else if (char.IsSurrogate(repaired[i]))
                {
                    repaired[i] = '\uFFFD';
                }
            }
        });
    }

    /// <summary>Converts a well-formed text to one of the four normalization forms.</summary>
    /// <remarks>
    /// .NET rejects the noncharacter U+FFFE. Nothing composes with it, so the text on each side is normalized separately.
    /// </remarks>
    public static string Normalize(string text, NormalizationForm form)
    {
        if (!text.Contains('\uFFFE', StringComparison.Ordinal))
        {
            return text.IsNormalized(form) ? text : text.Normalize(form);
        }

        return string.Join('\uFFFE', text.Split('\uFFFE').Select(part => part.Normalize(form)));
    }

    /// <summary>Converts a text to lower case, character by character and regardless of language, like the reference.</summary>
    public static string ToLower(string text) =>
        text.ToLowerInvariant().Replace("\u0130", "i\u0307", StringComparison.Ordinal);

    /// <summary>
    /// Whether BERT's and Hugging Face's tokenizers treat a character as punctuation; they include all ASCII symbols, whatever their
    /// Unicode category.
    /// </summary>
    public static bool IsPunctuation(Rune rune) =>
        rune.Value is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation
            or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation
            or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    /// <summary>Whether a character has a numeric category (Nd, Nl, No).</summary>
    public static bool IsNumeric(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>
    /// Whether a character belongs to words: a letter, mark, digit, connector or joiner, or a letter in a circle or square.
    /// </summary>
    public static bool IsWord(Rune rune) => rune.Value is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9) || IsSquaredLetter(rune)
        || Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;

    /// <summary>Whether a character is a letter in a circle or square beyond U+FFFF: a symbol that belongs to words.</summary>
    public static bool IsSquaredLetter(Rune rune) =>
        rune.Value is (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}

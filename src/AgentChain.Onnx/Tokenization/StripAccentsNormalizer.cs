using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Drops combining marks; the text must already be decomposed.</summary>
sealed class StripAccentsNormalizer : Normalizer
{
    public override string Normalize(string text, TextBudget budget) => Drop(text, static category =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark);

    /// <summary>Returns the text without the characters of some categories.</summary>
    public static string Drop(string text, Func<UnicodeCategory, bool> isDropped)
    {
        var kept = new StringBuilder(text.Length);
        Span<char> written = stackalloc char[2];
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!isDropped(Rune.GetUnicodeCategory(rune)))
            {
                kept.Append(written[..rune.EncodeToUtf16(written)]);
            }
        }

        return kept.Length == text.Length ? text : kept.ToString();
    }
}

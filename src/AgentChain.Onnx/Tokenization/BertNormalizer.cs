using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Normalizes like BERT (Devlin et al., 2018, "basic tokenizer"): drops control characters, converts all white space to spaces, puts spaces
/// around ideographs, then strips accents and converts to lower case.
/// </summary>
sealed class BertNormalizer(bool cleanText, bool spaceIdeographs, bool stripAccents, bool lowercase) : Normalizer
{
    public override string Normalize(string text, TextBudget budget)
    {
        var cleaned = new StringBuilder(text.Length + 8);
        Span<char> written = stackalloc char[2];
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (cleanText && IsDropped(rune))
            {
                continue;
            }

            if (cleanText && Rune.IsWhiteSpace(rune))
            {
                cleaned.Append(' ');
            }
            else if (spaceIdeographs && IsIdeograph(rune.Value))
            {
                cleaned.Append(' ').Append(written[..rune.EncodeToUtf16(written)]).Append(' ');
            }
            else
            {
                cleaned.Append(written[..rune.EncodeToUtf16(written)]);
            }
        }

        string result = cleaned.ToString();
        if (stripAccents)
        {
            result = StripAccentsNormalizer.Drop(
                UnicodeText.Normalize(result, NormalizationForm.FormD), static category => category == UnicodeCategory.NonSpacingMark);
        }

        return lowercase ? UnicodeText.ToLower(result) : result;
    }

    static bool IsDropped(Rune rune) => rune.Value is 0 or 0xFFFD
        || (rune.Value is not ('\t' or '\n' or '\r') && Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse);

    static bool IsIdeograph(int c) => c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}

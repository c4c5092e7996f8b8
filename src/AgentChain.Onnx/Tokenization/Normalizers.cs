using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Rewrites a text before it is split. Stateless.</summary>
abstract class Normalizer
{
    /// <summary>Rewrites a stretch between added tokens.</summary>
    public abstract string Normalize(string text);
}

/// <summary>One of the four Unicode normalization forms.</summary>
sealed class UnicodeFormNormalizer(NormalizationForm form) : Normalizer
{
    public override string Normalize(string text) => UnicodeText.Normalize(text, form);
}

sealed class LowercaseNormalizer : Normalizer
{
    public override string Normalize(string text) => UnicodeText.ToLower(text);
}

/// <summary>Drops combining marks; a decomposition precedes it.</summary>
sealed class StripAccentsNormalizer : Normalizer
{
    public override string Normalize(string text) => Drop(text, static category =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark);

    /// <summary>The text without the characters of some categories.</summary>
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

/// <summary>Puts a string in the place of each match.</summary>
sealed class ReplaceNormalizer(TextMatcher pattern, string content) : Normalizer
{
    public override string Normalize(string text)
    {
        var matches = new List<TextRange>();
        pattern.Find(text, matches);
        if (matches.Count == 0)
        {
            return text;
        }

        var replaced = new StringBuilder(text.Length);
        int done = 0;
        foreach (TextRange match in matches)
        {
            replaced.Append(text, done, match.Start - done).Append(content);
            done = match.End;
        }

        return replaced.Append(text, done, text.Length - done).ToString();
    }
}

sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override string Normalize(string text) => text.Length == 0 ? text : prefix + text;
}

sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override string Normalize(string text) => (left, right) switch
    {
        (true, true) => text.Trim(),
        (true, false) => text.TrimStart(),
        (false, true) => text.TrimEnd(),
        _ => text,
    };
}

/// <summary>Writes each byte as its character of the <see cref="ByteAlphabet"/>.</summary>
sealed class ByteLevelNormalizer : Normalizer
{
    public override string Normalize(string text) => ByteAlphabet.Spell(text);
}

/// <summary>Sentencepiece's cleaning for translation models (nmt_nfkc): drops control characters and writes white space as spaces.</summary>
sealed class NmtNormalizer : Normalizer
{
    public override string Normalize(string text)
    {
        var cleaned = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (c is not ((>= '\u0001' and <= '\u0008') or '\u000B' or (>= '\u000E' and <= '\u001F') or '\u007F' or '\u008F' or '\u009F'))
            {
                cleaned.Append(c is '\t' or '\n' or '\f' or '\r' or '\u1680' or (>= '\u200B' and <= '\u200F') or '\u2028' or '\u2029' or '\u2581' or '\uFEFF' or '\uFFFD' ? ' ' : c);
            }
        }

        return cleaned.ToString();
    }
}

sealed class SequenceNormalizer(IReadOnlyList<Normalizer> parts) : Normalizer
{
    public override string Normalize(string text)
    {
        foreach (Normalizer part in parts)
        {
            text = part.Normalize(text);
        }

        return text;
    }
}

using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Rewrites a text before it is split. Stateless.</summary>
abstract class Normalizer
{
    /// <summary>Rewrites a text.</summary>
    /// <param name="text">A stretch between added tokens.</param>
    /// <param name="first">Whether nothing stands before it.</param>
    public abstract string Normalize(string text, bool first);
}

/// <summary>One of the four Unicode normalisation forms.</summary>
sealed class UnicodeFormNormalizer(NormalizationForm form) : Normalizer
{
    public override string Normalize(string text, bool first) => text.IsNormalized(form) ? text : text.Normalize(form);
}

sealed class LowercaseNormalizer : Normalizer
{
    public override string Normalize(string text, bool first) => text.ToLowerInvariant();
}

/// <summary>Drops combining marks; a decomposition stands before it.</summary>
sealed class StripAccentsNormalizer : Normalizer
{
    public override string Normalize(string text, bool first)
    {
        var kept = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                kept.Append(rune);
            }
        }

        return kept.Length == text.Length ? text : kept.ToString();
    }
}

sealed class ReplaceNormalizer(string pattern, string content) : Normalizer
{
    public override string Normalize(string text, bool first) => text.Replace(pattern, content, StringComparison.Ordinal);
}

sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override string Normalize(string text, bool first) => text.Length == 0 ? text : prefix + text;
}

sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override string Normalize(string text, bool first) => (left, right) switch
    {
        (true, true) => text.Trim(),
        (true, false) => text.TrimStart(),
        (false, true) => text.TrimEnd(),
        _ => text,
    };
}

sealed class SequenceNormalizer(IReadOnlyList<Normalizer> parts) : Normalizer
{
    public override string Normalize(string text, bool first)
    {
        foreach (Normalizer part in parts)
        {
            text = part.Normalize(text, first);
        }

        return text;
    }
}

/// <summary>Puts a space before a text that does not begin with white space.</summary>
sealed class PrefixSpaceNormalizer : Normalizer
{
    public override string Normalize(string text, bool first) => text.Length == 0 || char.IsWhiteSpace(text[0]) ? text : " " + text;
}

/// <summary>Writes spaces as a visible character (sentencepiece's U+2581), with one before the text.</summary>
sealed class MetaspaceNormalizer(string replacement, string prependScheme) : Normalizer
{
    public override string Normalize(string text, bool first)
    {
        text = text.Replace(" ", replacement, StringComparison.Ordinal);
        bool prepends = prependScheme == "always" || (prependScheme == "first" && first);
        return prepends && text.Length > 0 && !text.StartsWith(replacement, StringComparison.Ordinal) ? replacement + text : text;
    }
}

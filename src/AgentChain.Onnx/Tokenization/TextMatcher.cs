using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>A half-open range of characters.</summary>
readonly record struct TextRange(int Start, int End);

/// <summary>Finds what a pattern matches. Stateless.</summary>
abstract class TextMatcher
{
    /// <summary>Appends the matches in order; they do not overlap, and may be empty.</summary>
    public abstract void Find(ReadOnlySpan<char> text, List<TextRange> matches);
}

/// <summary>Matches a string as it is written.</summary>
sealed class StringMatcher(string pattern) : TextMatcher
{
    public override void Find(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        for (int from = 0; text[from..].IndexOf(pattern, StringComparison.Ordinal) is int found and >= 0; from += found + pattern.Length)
        {
            matches.Add(new(from + found, from + found + pattern.Length));
        }
    }
}

/// <summary>Matches each character of a kind.</summary>
sealed class CharacterMatcher(Func<Rune, bool> isMatch) : TextMatcher
{
    public override void Find(ReadOnlySpan<char> text, List<TextRange> matches)
    {
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (isMatch(rune))
            {
                matches.Add(new(at, at + rune.Utf16SequenceLength));
            }

            at += rune.Utf16SequenceLength;
        }
    }
}

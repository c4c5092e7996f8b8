using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Matches a literal string.</summary>
sealed class StringMatcher(string pattern) : TextMatcher
{
    public override void Find(ReadOnlySpan<char> text, List<TextRange> matches, TextBudget budget)
    {
        for (int from = 0; text[from..].IndexOf(pattern, StringComparison.Ordinal) is int found and >= 0; from += found + pattern.Length)
        {
            matches.Add(new(from + found, from + found + pattern.Length));
        }
    }
}

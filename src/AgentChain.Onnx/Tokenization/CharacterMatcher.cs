using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Matches each character that satisfies a predicate.</summary>
sealed class CharacterMatcher(Func<Rune, bool> isMatch) : TextMatcher
{
    public override void Find(ReadOnlySpan<char> text, List<TextRange> matches, TextBudget budget)
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

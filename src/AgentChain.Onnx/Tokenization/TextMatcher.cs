using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Finds the matches of a pattern. Stateless.</summary>
abstract class TextMatcher
{
    /// <summary>Appends the matches in order. They do not overlap and can be empty.</summary>
    /// <param name="text">The text.</param>
    /// <param name="matches">The list that receives the matches.</param>
    /// <param name="budget">The limits for the whole text that is being encoded.</param>
    public abstract void Find(ReadOnlySpan<char> text, List<TextRange> matches, TextBudget budget);
}

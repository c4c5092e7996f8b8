using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Finds the matches of a pattern. Stateless.</summary>
abstract class TextMatcher
{
    /// <summary>Appends the matches in order. They do not overlap and can be empty.</summary>
    public abstract void Find(ReadOnlySpan<char> text, List<TextRange> matches);
}

using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Finds what a pattern matches. Stateless.</summary>
abstract class TextMatcher
{
    /// <summary>Appends the matches in order; they do not overlap, and may be empty.</summary>
    public abstract void Find(ReadOnlySpan<char> text, List<TextRange> matches);
}

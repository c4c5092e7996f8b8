using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Rewrites a text before it is split. Stateless.</summary>
abstract class Normalizer
{
    /// <summary>Rewrites the text between two added tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="budget">The limits for the whole text that is being encoded.</param>
    public abstract string Normalize(string text, TextBudget budget);
}

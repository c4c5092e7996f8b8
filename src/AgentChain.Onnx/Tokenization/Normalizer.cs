using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Rewrites a text before it is split. Stateless.</summary>
abstract class Normalizer
{
    /// <summary>Rewrites the text between two added tokens.</summary>
    public abstract string Normalize(string text);
}

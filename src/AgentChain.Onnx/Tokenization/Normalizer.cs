using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Rewrites a text before it is split. Stateless.</summary>
abstract class Normalizer
{
    /// <summary>Rewrites a stretch between added tokens.</summary>
    public abstract string Normalize(string text);
}

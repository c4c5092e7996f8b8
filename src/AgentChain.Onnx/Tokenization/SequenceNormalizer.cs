using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

sealed class SequenceNormalizer(IReadOnlyList<Normalizer> parts) : Normalizer
{
    public override string Normalize(string text)
    {
        foreach (Normalizer part in parts)
        {
            text = part.Normalize(text);
        }

        return text;
    }
}

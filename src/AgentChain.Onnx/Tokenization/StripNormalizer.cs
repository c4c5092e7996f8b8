using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override string Normalize(string text, TextBudget budget) => (left, right) switch
    {
        (true, true) => text.Trim(),
        (true, false) => text.TrimStart(),
        (false, true) => text.TrimEnd(),
        _ => text,
    };
}

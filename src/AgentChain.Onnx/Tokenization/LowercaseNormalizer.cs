using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

sealed class LowercaseNormalizer : Normalizer
{
    public override string Normalize(string text, TextBudget budget) => UnicodeText.ToLower(text);
}

using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override string Normalize(string text, TextBudget budget) => text.Length == 0 ? text : prefix + text;
}

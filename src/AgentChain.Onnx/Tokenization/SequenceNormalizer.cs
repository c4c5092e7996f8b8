using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

sealed class SequenceNormalizer(IReadOnlyList<Normalizer> parts) : Normalizer
{
    public override string Normalize(string text, TextBudget budget)
    {
        foreach (Normalizer part in parts)
        {
            text = part.Normalize(text, budget);
            budget.RequireLength(text.Length);
        }

        return text;
    }
}

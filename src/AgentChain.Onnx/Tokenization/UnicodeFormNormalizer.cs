using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Applies one of the four Unicode normalization forms.</summary>
sealed class UnicodeFormNormalizer(NormalizationForm form) : Normalizer
{
    public override string Normalize(string text, TextBudget budget) => UnicodeText.Normalize(text, form);
}

using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Replaces each UTF-8 byte with its character of the <see cref="ByteAlphabet"/>.</summary>
sealed class ByteLevelNormalizer : Normalizer
{
    public override string Normalize(string text, TextBudget budget) => ByteAlphabet.Spell(text);
}

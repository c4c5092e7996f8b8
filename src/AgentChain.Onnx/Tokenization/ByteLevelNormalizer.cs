using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Writes each byte as its character of the <see cref="ByteAlphabet"/>.</summary>
sealed class ByteLevelNormalizer : Normalizer
{
    public override string Normalize(string text) => ByteAlphabet.Spell(text);
}

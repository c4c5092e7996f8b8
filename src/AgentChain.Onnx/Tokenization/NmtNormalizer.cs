using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Normalizes like SentencePiece for translation models (nmt_nfkc): drops control characters and converts white space to spaces.
/// </summary>
sealed class NmtNormalizer : Normalizer
{
    public override string Normalize(string text, TextBudget budget)
    {
        var cleaned = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (c is not ((>= '\u0001' and <= '\u0008') or '\u000B' or (>= '\u000E' and <= '\u001F') or '\u007F' or '\u008F' or '\u009F'))
            {
                cleaned.Append(c is '\t' or '\n' or '\f' or '\r' or '\u1680' or (>= '\u200B' and <= '\u200F') or '\u2028' or '\u2029' or '\u2581' or '\uFEFF' or '\uFFFD' ? ' ' : c);
            }
        }

        return cleaned.ToString();
    }
}

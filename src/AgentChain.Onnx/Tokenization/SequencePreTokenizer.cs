using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Applies several pre-tokenizers, each to the pieces of the previous one.</summary>
sealed class SequencePreTokenizer(IReadOnlyList<PreTokenizer> parts) : PreTokenizer
{
    public override void Split(in TextPiece piece, List<TextPiece> pieces)
    {
        List<TextPiece> current = [piece];
        foreach (PreTokenizer part in parts)
        {
            var next = new List<TextPiece>();
            foreach (TextPiece each in current)
            {
                part.Split(each, next);
            }

            current = next;
        }

        pieces.AddRange(current);
    }
}

using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Applies several pre-tokenizers, each to the pieces of the previous one.</summary>
sealed class SequencePreTokenizer(IReadOnlyList<PreTokenizer> parts) : PreTokenizer
{
    public override void Split(in TextPiece piece, List<TextPiece> pieces, TextBudget budget)
    {
        List<TextPiece> current = [piece];
        foreach (PreTokenizer part in parts)
        {
            var next = new List<TextPiece>();
            foreach (TextPiece each in current)
            {
                part.Split(each, next, budget);
            }

            budget.RequireLength(Length(next));

            current = next;
        }

        pieces.AddRange(current);
    }
    // The pieces of a text can be as many as its characters.
    static long Length(List<TextPiece> pieces)
    {
        long length = 0;
        foreach (TextPiece piece in pieces)
        {
            length += piece.End - piece.Start;
        }

        return length;
    }
}

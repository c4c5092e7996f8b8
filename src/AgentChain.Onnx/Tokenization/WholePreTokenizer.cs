using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Passes the text on in one piece.</summary>
sealed class WholePreTokenizer : PreTokenizer
{
    public override void Split(in TextPiece piece, List<TextPiece> pieces, TextBudget budget) => pieces.Add(piece);
}

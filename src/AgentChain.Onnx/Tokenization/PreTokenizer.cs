using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Splits a piece of text into smaller ones, which the model encodes separately. Can rewrite them. Stateless.</summary>
abstract class PreTokenizer
{
    /// <summary>Appends the pieces in order. Text that is in none of them is dropped.</summary>
    /// <param name="piece">The piece to split.</param>
    /// <param name="pieces">The list that receives the pieces.</param>
    /// <param name="budget">The limits for the whole text that is being encoded.</param>
    public abstract void Split(in TextPiece piece, List<TextPiece> pieces, TextBudget budget);
}

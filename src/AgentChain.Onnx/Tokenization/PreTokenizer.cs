using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Splits a piece of text into smaller ones, which the model encodes separately. Can rewrite them. Stateless.</summary>
abstract class PreTokenizer
{
    /// <summary>Appends the pieces in order. Text that is in none of them is dropped.</summary>
    public abstract void Split(in TextPiece piece, List<TextPiece> pieces);
}

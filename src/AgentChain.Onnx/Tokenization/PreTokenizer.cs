using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Cuts a piece of text into smaller ones, which the model then encodes each by itself. May rewrite them. Stateless.</summary>
abstract class PreTokenizer
{
    /// <summary>Appends the pieces in order; what none of them has is dropped.</summary>
    public abstract void Split(in TextPiece piece, List<TextPiece> pieces);
}

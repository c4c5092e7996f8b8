using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Specifies how the vocabulary's entries spell text.</summary>
enum TokenSpelling
{
    /// <summary>As bytes in the <see cref="ByteAlphabet"/>.</summary>
    ByteLevel,

    /// <summary>As text with U+2581 for a space, and <c>&lt;0xNN&gt;</c> for single bytes.</summary>
    Metaspace,

    /// <summary>As words, and continuations that begin with a prefix.</summary>
    WordPiece,
}

using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>How the vocabulary's entries spell text.</summary>
enum TokenSpelling
{
    /// <summary>Bytes in the <see cref="ByteAlphabet"/>.</summary>
    ByteLevel,

    /// <summary>Text with U+2581 for a space, and <c>&lt;0xNN&gt;</c> for single bytes.</summary>
    Metaspace,

    /// <summary>Words, and continuations that begin with a prefix.</summary>
    WordPiece,
}

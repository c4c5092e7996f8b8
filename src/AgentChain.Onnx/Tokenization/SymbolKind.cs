using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Specifies the initial symbols of a piece, before merging.</summary>
enum SymbolKind
{
    /// <summary>One symbol per UTF-8 byte, in the <see cref="ByteAlphabet"/>.</summary>
    Bytes,

    /// <summary>One symbol per code point; those outside the vocabulary become <c>&lt;0xNN&gt;</c> bytes or unknown.</summary>
    CodePoints,
}

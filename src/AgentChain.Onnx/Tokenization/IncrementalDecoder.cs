using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Decodes IDs to text as they arrive. A character whose bytes span several tokens is held back until it is complete, so a piece never ends
/// within a character. Use one decoder per stream; not thread-safe.
/// </summary>
public sealed class IncrementalDecoder
{
    readonly TokenBytes _tokens;
    readonly bool _dropsFirstSpace;
    readonly Decoder _utf8 = new UTF8Encoding(false).GetDecoder();
    char[] _chars = new char[64];
    bool _begun;

    internal IncrementalDecoder(TokenBytes tokens, bool dropsFirstSpace)
    {
        _tokens = tokens;
        _dropsFirstSpace = dropsFirstSpace;
    }

    /// <summary>Appends the next ID.</summary>
    /// <param name="id">The ID; control tokens and IDs outside the vocabulary add no text.</param>
    /// <returns>The text that is now complete; empty while a character is incomplete. Invalid UTF-8 becomes U+FFFD.</returns>
    public string Append(int id) => Take(_tokens[id], flush: false);

    /// <summary>Ends the stream. An incomplete character becomes U+FFFD.</summary>
    /// <returns>The rest of the text, usually empty.</returns>
    public string Complete() => Take([], flush: true);

    string Take(ReadOnlySpan<byte> bytes, bool flush)
    {
        if (bytes.Length > 0 && !_begun)
        {
            _begun = true;
            if (_dropsFirstSpace && bytes[0] == (byte)' ')
            {
                bytes = bytes[1..];
            }
        }

        if (_chars.Length < bytes.Length + 4)
        {
            _chars = new char[bytes.Length + 4];
        }

        int count = _utf8.GetChars(bytes, _chars, flush);
        return count == 0 ? "" : new string(_chars, 0, count);
    }
}

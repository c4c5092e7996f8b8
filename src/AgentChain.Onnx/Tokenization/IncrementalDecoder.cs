using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Turns ids into text as they come. A character whose bytes are spread over several tokens is held back until it is whole, so no
/// piece ever ends in half a character. One per stream; not thread-safe.
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

    /// <summary>Takes the next id.</summary>
    /// <param name="id">An id; control tokens and ids outside the vocabulary add nothing.</param>
    /// <returns>The text that is complete now; empty while a character is incomplete. Bytes that are no UTF-8 become U+FFFD.</returns>
    public string Append(int id) => Take(_tokens[id], flush: false);

    /// <summary>Ends the stream: what is left of an unfinished character becomes U+FFFD.</summary>
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

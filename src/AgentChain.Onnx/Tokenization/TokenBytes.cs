using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Provides the UTF-8 bytes that each ID adds to a text. Immutable.</summary>
sealed class TokenBytes
{
    readonly byte[]?[] _bytes;

    public TokenBytes(
        IReadOnlyDictionary<string, int> vocabulary, IEnumerable<AddedToken> added, TokenSpelling spelling, string continuation)
    {
        int size = vocabulary.Count == 0 ? 0 : vocabulary.Values.Max() + 1;
        AddedToken[] extra = [.. added];
        size = Math.Max(size, extra.Length == 0 ? 0 : extra.Max(a => a.Id) + 1);
        _bytes = new byte[size][];
        foreach ((string token, int id) in vocabulary)
        {
            _bytes[id] = Spell(token, spelling, continuation);
        }

        foreach (AddedToken token in extra)
        {
            _bytes[token.Id] = token.Special ? [] : Encoding.UTF8.GetBytes(token.Content);
        }
    }

    /// <summary>The largest ID plus one.</summary>
    public int Count => _bytes.Length;

    /// <summary>
    /// Gets the bytes of an ID; empty for control tokens and for IDs outside the vocabulary, which padded models can return.
    /// </summary>
    public ReadOnlySpan<byte> this[int id] => (uint)id < (uint)_bytes.Length ? _bytes[id] : default(ReadOnlySpan<byte>);

    static byte[] Spell(string token, TokenSpelling spelling, string continuation)
    {
        switch (spelling)
        {
            case TokenSpelling.ByteLevel:
                return ByteAlphabet.ToBytes(token) ?? Encoding.UTF8.GetBytes(token);
            case TokenSpelling.Metaspace:
                return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal)
                    && byte.TryParse(token.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte single)
                        ? [single]
                        : Encoding.UTF8.GetBytes(token.Replace('\u2581', ' '));
            default:
                return Encoding.UTF8.GetBytes(
                    token.StartsWith(continuation, StringComparison.Ordinal) ? token[continuation.Length..] : " " + token);
        }
    }
}

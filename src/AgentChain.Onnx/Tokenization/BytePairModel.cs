using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>How a piece becomes the first symbols that merges then join.</summary>
enum SymbolKind
{
    /// <summary>One symbol per UTF-8 byte, in the <see cref="ByteAlphabet"/>.</summary>
    Bytes,

    /// <summary>One symbol per code point; those outside the vocabulary as <c>&lt;0xNN&gt;</c> bytes, or unknown.</summary>
    CodePoints,
}

/// <summary>
/// Byte-pair encoding (Sennrich et al., 2016): joins the adjacent pair of the lowest rank until none is left. Pieces already seen
/// come from a bounded cache.
/// </summary>
sealed class BytePairModel : TokenModel
{
    const int CacheEntries = 8192;
    const int LongestCachedPiece = 48;

    readonly IReadOnlyDictionary<string, int> _vocabulary;
    readonly BytePairMerges _merges;
    readonly SymbolKind _kind;
    readonly bool _ignoreMerges;
    readonly bool _byteFallback;
    readonly bool _fuseUnknown;
    readonly int? _unknown;
    readonly int[] _byteIds = new int[256];
    readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    int _cached;

    public BytePairModel(
        IReadOnlyDictionary<string, int> vocabulary, BytePairMerges merges, SymbolKind kind,
        bool ignoreMerges = false, bool byteFallback = false, bool fuseUnknown = false, string? unknown = null)
    {
        (_vocabulary, _merges, _kind) = (vocabulary, merges, kind);
        (_ignoreMerges, _byteFallback, _fuseUnknown) = (ignoreMerges, byteFallback, fuseUnknown);
        _unknown = unknown is not null && vocabulary.TryGetValue(unknown, out int id) ? id : null;
        _lookup = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int b = 0; b < 256; b++)
        {
            string symbol = kind == SymbolKind.Bytes
                ? ByteAlphabet.ToChar((byte)b).ToString()
                : string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>");
            _byteIds[b] = vocabulary.GetValueOrDefault(symbol, -1);
        }
    }

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_lookup.TryGetValue(piece, out int[]? known))
        {
            ids.AddRange(known);
            return;
        }

        int from = ids.Count;
        EncodeAnew(piece, ids);
        if (piece.Length <= LongestCachedPiece && Volatile.Read(ref _cached) < CacheEntries
            && _lookup.TryAdd(piece, ids.GetRange(from, ids.Count - from).ToArray()))
        {
            Interlocked.Increment(ref _cached);
        }
    }

    void EncodeAnew(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_ignoreMerges && Whole(piece) is int whole)
        {
            ids.Add(whole);
            return;
        }

        var symbols = new List<int>(piece.Length + 8);
        if (_kind == SymbolKind.Bytes)
        {
            Span<byte> utf8 = stackalloc byte[4];
            foreach (Rune rune in piece.EnumerateRunes())
            {
                AddBytes(utf8[..rune.EncodeToUtf8(utf8)], symbols);
            }
        }
        else
        {
            AddCodePoints(piece, symbols);
        }

        _merges.Apply(symbols, ids);
    }

    int? Whole(ReadOnlySpan<char> piece)
    {
        string text = piece.ToString();
        if (_kind == SymbolKind.Bytes)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            text = string.Create(utf8.Length, utf8, static (span, bytes) =>
            {
                for (int i = 0; i < span.Length; i++)
                {
                    span[i] = ByteAlphabet.ToChar(bytes[i]);
                }
            });
        }

        return _vocabulary.TryGetValue(text, out int id) ? id : null;
    }

    void AddBytes(ReadOnlySpan<byte> bytes, List<int> symbols)
    {
        foreach (byte b in bytes)
        {
            if (_byteIds[b] >= 0)
            {
                symbols.Add(_byteIds[b]);
            }
            else
            {
                AddUnknown(symbols);
            }
        }
    }

    void AddCodePoints(ReadOnlySpan<char> piece, List<int> symbols)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in piece.EnumerateRunes())
        {
            if (_vocabulary.TryGetValue(rune.ToString(), out int id))
            {
                symbols.Add(id);
            }
            else if (_byteFallback)
            {
                AddBytes(utf8[..rune.EncodeToUtf8(utf8)], symbols);
            }
            else
            {
                AddUnknown(symbols);
            }
        }
    }

    void AddUnknown(List<int> symbols)
    {
        if (_unknown is int unknown && !(_fuseUnknown && symbols.Count > 0 && symbols[^1] == unknown))
        {
            symbols.Add(unknown);
        }
    }
}

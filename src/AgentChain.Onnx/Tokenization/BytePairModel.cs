using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Encodes by byte pairs (Sennrich et al., 2016): merges the adjacent pair of the lowest rank until none is left. Repeated pieces come from
/// a bounded cache.
/// </summary>
sealed class BytePairModel : TokenModel
{
    const int CacheEntries = 8192;
    const int LongestCachedPiece = 48;

    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary;
    readonly BytePairMerges _merges;
    readonly SymbolKind _kind;
    readonly bool _ignoreMerges;
    readonly bool _fuseUnknown;
    readonly int _unknown;

    /// <summary>
    /// The IDs of single bytes, written in the alphabet or as <c>&lt;0xNN&gt;</c>. Negative if the vocabulary does not have them.
    /// </summary>
    readonly int[] _alphabet = new int[256], _fallback = new int[256];
    readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    int _cached;

    public BytePairModel(
        Dictionary<string, int> vocabulary, BytePairMerges merges, SymbolKind kind,
        bool ignoreMerges = false, bool byteFallback = false, bool fuseUnknown = false, string? unknown = null)
    {
        _vocabulary = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        (_merges, _kind, _ignoreMerges, _fuseUnknown) = (merges, kind, ignoreMerges, fuseUnknown);
        _unknown = unknown is null ? -1 : vocabulary.GetValueOrDefault(unknown, -1);
        _lookup = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int b = 0; b < 256; b++)
        {
            _alphabet[b] = vocabulary.GetValueOrDefault(ByteAlphabet.ToChar((byte)b).ToString(), -1);
            _fallback[b] = byteFallback ? vocabulary.GetValueOrDefault(string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>"), -1) : -1;
        }
    }

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        // Hashing a long piece costs more than it can save.
        if (piece.Length > LongestCachedPiece)
        {
            EncodeAnew(piece, ids);
            return;
        }

        if (_lookup.TryGetValue(piece, out int[]? known))
        {
            ids.AddRange(known);
            return;
        }

        int from = ids.Count;
        EncodeAnew(piece, ids);
        if (Volatile.Read(ref _cached) < CacheEntries && _lookup.TryAdd(piece, ids.GetRange(from, ids.Count - from).ToArray()))
        {
            Interlocked.Increment(ref _cached);
        }
    }

    void EncodeAnew(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_ignoreMerges && _vocabulary.TryGetValue(_kind == SymbolKind.Bytes ? ByteAlphabet.Spell(piece) : piece, out int whole))
        {
            ids.Add(whole);
            return;
        }

        var symbols = new List<int>(piece.Length + 8);
        bool unknown = false;
        if (_kind == SymbolKind.Bytes)
        {
            AddBytes(piece, symbols, ref unknown);
        }
        else
        {
            AddCodePoints(piece, symbols, ref unknown);
        }

        if (unknown)
        {
            symbols.Add(_unknown);
        }

        _merges.Apply(symbols, ids);
    }

    void AddBytes(ReadOnlySpan<char> piece, List<int> symbols, ref bool unknown)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in piece.EnumerateRunes())
        {
            foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                Add(_alphabet[b], [ByteAlphabet.ToChar(b)], symbols, ref unknown);
            }
        }
    }

    void AddCodePoints(ReadOnlySpan<char> piece, List<int> symbols, ref bool unknown)
    {
        for (int i = 0; i < piece.Length;)
        {
            int length = char.IsHighSurrogate(piece[i]) && i + 1 < piece.Length ? 2 : 1;
            ReadOnlySpan<char> symbol = piece.Slice(i, length);
            Add(_vocabulary.TryGetValue(symbol, out int id) ? id : -1, symbol, symbols, ref unknown);
            i += length;
        }
    }

    /// <summary>Adds a symbol or, if the vocabulary does not have it, its bytes or the unknown token.</summary>
    /// <param name="id">The ID of the symbol, negative if the vocabulary does not have it.</param>
    /// <param name="symbol">The text of the symbol: one code point.</param>
    /// <param name="symbols">The list that receives the IDs.</param>
    /// <param name="unknown">
    /// Whether an unknown token is pending. Like the reference, this adds it only before the next known or other unknown symbol, and thus
    /// after fallback bytes in between.
    /// </param>
    void Add(int id, ReadOnlySpan<char> symbol, List<int> symbols, ref bool unknown)
    {
        if (id < 0 && (TryAddFallback(symbol, symbols) || _unknown < 0))
        {
            return;
        }

        if (unknown && (id >= 0 || !_fuseUnknown))
        {
            symbols.Add(_unknown);
        }

        unknown = id < 0;
        if (id >= 0)
        {
            symbols.Add(id);
        }
    }

    bool TryAddFallback(ReadOnlySpan<char> symbol, List<int> symbols)
    {
        Span<byte> utf8 = stackalloc byte[4];
        utf8 = utf8[..Encoding.UTF8.GetBytes(symbol, utf8)];
        foreach (byte b in utf8)
        {
            if (_fallback[b] < 0)
            {
                return false;
            }
        }

        foreach (byte b in utf8)
        {
            symbols.Add(_fallback[b]);
        }

        return true;
    }
}

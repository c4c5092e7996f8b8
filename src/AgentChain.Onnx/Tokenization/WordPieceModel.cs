namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Encodes by WordPiece (Wu et al., 2016; as BERT uses it): takes the longest vocabulary entry that begins the word, then the longest
/// continuation, and so on. A word that is too long or cannot be covered becomes one unknown token.
/// </summary>
sealed class WordPieceModel : TokenModel
{
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary;
    readonly string _continuation;
    readonly int _unknown;
    readonly int _longestWord;
    readonly int _longestEntry;

    public WordPieceModel(Dictionary<string, int> vocabulary, string unknown, string continuation, int longestWord)
    {
        _vocabulary = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _unknown = vocabulary.TryGetValue(unknown, out int id)
            ? id
            : throw new TokenizerFormatException($"The WordPiece vocabulary does not contain its unknown token '{unknown}'.");
        _continuation = continuation;
        _longestWord = longestWord;
        _longestEntry = vocabulary.Keys.Max(k => k.Length);
    }

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        int from = ids.Count;
        if (CodePoints(piece) > _longestWord)
        {
            ids.Add(_unknown);
            return;
        }

        Span<char> candidate = stackalloc char[_longestEntry];
        for (int start = 0; start < piece.Length;)
        {
            string prefix = start == 0 ? "" : _continuation;
            int length = Math.Min(piece.Length - start, _longestEntry - prefix.Length);
            int id = -1;
            for (; length > 0; length--)
            {
                prefix.CopyTo(candidate);
                piece.Slice(start, length).CopyTo(candidate[prefix.Length..]);
                if (_vocabulary.TryGetValue(candidate[..(prefix.Length + length)], out id))
                {
                    break;
                }
            }

            if (length <= 0)
            {
                ids.RemoveRange(from, ids.Count - from);
                ids.Add(_unknown);
                return;
            }

            ids.Add(id);
            start += length;
        }
    }

    static int CodePoints(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (char c in text)
        {
            count += char.IsLowSurrogate(c) ? 0 : 1;
        }

        return count;
    }
}

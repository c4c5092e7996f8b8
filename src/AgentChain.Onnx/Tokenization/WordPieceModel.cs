namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Encodes by WordPiece (Wu et al., 2016; as BERT uses it): takes the longest vocabulary entry that begins the word, then the longest
/// continuation, and so on. A word that is too long or cannot be covered becomes one unknown token.
/// </summary>
sealed class WordPieceModel : TokenModel
{
    readonly PrefixTable _beginnings;
    readonly PrefixTable _continuations;
    readonly int _unknown;
    readonly int _longestWord;

    /// <summary>Creates a model.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="unknown">The unknown token, an entry of the vocabulary.</param>
    /// <param name="continuation">The prefix of entries that continue a word.</param>
    /// <param name="longestWord">The maximum number of code points of a word.</param>
    public WordPieceModel(Dictionary<string, int> vocabulary, string unknown, string continuation, int longestWord)
    {
        _unknown = vocabulary[unknown];
        _beginnings = new PrefixTable(vocabulary, "");
        _continuations = new PrefixTable(vocabulary, continuation);
        _longestWord = longestWord;
    }

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        int from = ids.Count;
        if (CodePoints(piece) > _longestWord)
        {
            ids.Add(_unknown);
            return;
        }

        for (int start = 0; start < piece.Length;)
        {
            int length = (start == 0 ? _beginnings : _continuations).Longest(piece[start..], out int id);
            if (length == 0)
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

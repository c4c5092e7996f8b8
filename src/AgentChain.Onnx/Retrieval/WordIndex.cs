namespace AgentChain.Onnx.Retrieval;

/// <summary>
/// Provides word matching by rarity: the cosine of two sets of words, each weighted by its inverse document frequency log(1 + documents /
/// documents with the word) (Sparck Jones, 1972). Immutable and thread-safe.
/// </summary>
sealed class WordIndex
{
    readonly Dictionary<string, (float Weight, int[] Rows)> _words;
    readonly float[] _norms;

    /// <summary>Creates the index.</summary>
    /// <param name="rows">The texts to match, each with the document it belongs to.</param>
    /// <param name="documents">The number of documents.</param>
    public WordIndex(IReadOnlyList<(int Document, string Text)> rows, int documents)
    {
        HashSet<string>[] sets = [.. rows.Select(r => WordSets.Of(r.Text))];
        _words = sets.SelectMany((set, row) => set.Select(word => (Word: word, Row: row)))
            .GroupBy(x => x.Word, x => x.Row, StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => (MathF.Log(1 + ((float)documents / g.Select(row => rows[row].Document).Distinct().Count())), g.ToArray()),
                StringComparer.Ordinal);
        _norms = [.. sets.Select(Norm)];
    }

    /// <summary>Scores every row against a query, 0 to 1. Words that occur in no row are ignored.</summary>
    public void Score(string query, Span<float> scores)
    {
        scores.Clear();
        HashSet<string> words = WordSets.Of(query);
        float norm = Norm(words);
        if (norm == 0)
        {
            return;
        }

        foreach (string word in words)
        {
            if (_words.TryGetValue(word, out (float Weight, int[] Rows) entry))
            {
                foreach (int row in entry.Rows)
                {
                    scores[row] += entry.Weight * entry.Weight;
                }
            }
        }

        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = _norms[i] == 0 ? 0 : scores[i] / (norm * _norms[i]);
        }
    }

    float Norm(HashSet<string> words) =>
        MathF.Sqrt(words.Sum(w => _words.TryGetValue(w, out (float Weight, int[] Rows) entry) ? entry.Weight * entry.Weight : 0));
}

namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Represents a bigram language model over the words of a lexicon, interpolated with unigrams and a uniform distribution
/// (F. Jelinek and R. Mercer, 1980). Immutable and safe to share between threads.</summary>
sealed class WordBigrams
{
    /// <summary>The marker before the first word of a sentence.</summary>
    public const string Start = "<s>";

    /// <summary>The marker after the last word of a sentence.</summary>
    public const string End = "</s>";

    private readonly Dictionary<long, double> _seen = [];
    private readonly double[] _unseen;

    /// <summary>Estimates the model.</summary>
    /// <param name="pairs">The counts of one word after another, including <see cref="Start"/> and <see cref="End"/>; not negative.</param>
    /// <param name="lexicon">The words. Pairs with other words count only toward the totals.</param>
    /// <param name="weights">The weights of the n-gram orders.</param>
    /// <exception cref="ArgumentException">A count or a weight is negative.</exception>
    public WordBigrams(IEnumerable<(string Previous, string Word, long Count)> pairs, CtcLexicon lexicon, BigramWeights weights)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(lexicon);
        if (weights.Bigram < 0 || weights.Unigram < 0 || weights.Uniform < 0)
        {
            throw new ArgumentException($"The weights of n-grams must not be negative; these are {weights}.", nameof(weights));
        }

        EndId = lexicon.Count;
        StartId = lexicon.Count + 1;
        Dictionary<string, long> histories = new(StringComparer.Ordinal);
        long[] unigrams = new long[lexicon.Count + 1];
        long total = 0;
        List<(string Previous, int Word, long Count)> known = [];
        foreach ((string previous, string word, long count) in pairs)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(pairs));
            histories[previous] = histories.GetValueOrDefault(previous) + count;
            total += count;
            int id = word == End ? EndId : lexicon.IndexOf(word);
            if (id >= 0)
            {
                unigrams[id] += count;
                known.Add((previous, id, count));
            }
        }

        double Base(int id) => weights.Unigram * unigrams[id] / Math.Max(1, total) + weights.Uniform / lexicon.Count;
        _unseen = [.. Enumerable.Range(0, unigrams.Length).Select(id => Math.Log(Base(id)))];
        foreach ((string previous, int word, long count) in known)
        {
            int id = previous == Start ? StartId : lexicon.IndexOf(previous);
            if (id >= 0)
            {
                _seen[Key(id, word)] = Math.Log(weights.Bigram * count / Math.Max(1, histories[previous]) + Base(word));
            }
        }
    }

    internal int EndId { get; }

    internal int StartId { get; }

    /// <summary>Returns the natural logarithm of P(word | previous).</summary>
    internal double LogProbability(int previous, int word) =>
        _seen.TryGetValue(Key(previous, word), out double value) ? value : _unseen[word];

    private static long Key(int previous, int word) => ((long)previous << 32) | (uint)word;
}

namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Decodes CTC outputs with a prefix beam search over the words of a lexicon and an optional bigram language model.</summary>
/// <remarks>
/// A. Graves et al., "Connectionist temporal classification" (2006); the word model follows A. Hannun et al., "First-pass large vocabulary
/// continuous speech recognition using bi-directional recurrent DNNs" (2014). A hypothesis is a sequence of finished words and a node of
/// the lexicon's trie; paths that lead to the same hypothesis are summed. The result does not depend on how the frames are split into
/// calls. After warm-up, decoding allocates nothing per frame; strings are created only when <see cref="Current"/> is read. An instance
/// serves one utterance at a time and is not thread-safe; the lexicon and the bigrams can be shared.
/// </remarks>
sealed class CtcBeamDecoder : ICtcDecoder
{
    private readonly CtcLexicon _lexicon;
    private readonly WordBigrams? _bigrams;
    private readonly CtcBeamOptions _options;
    private readonly WordHistories _histories = new();
    private readonly BeamFrame _grown;
    private BeamEntry[] _beam;
    private int _count;
    private (int Sequence, string Text) _told;

    /// <summary>Creates a decoder.</summary>
    /// <param name="lexicon">The words that can be recognized.</param>
    /// <param name="bigrams">The language model, or null for none.</param>
    /// <param name="options">The settings, or null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public CtcBeamDecoder(CtcLexicon lexicon, WordBigrams? bigrams = null, CtcBeamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(lexicon);
        _lexicon = lexicon;
        _bigrams = bigrams;
        _options = options ?? new CtcBeamOptions();
        _options.Validate();
        _beam = new BeamEntry[_options.Width];
        _grown = new BeamFrame(_options.Width * (lexicon.Labels.Count + 2));
        Reset();
    }

    /// <inheritdoc/>
    public SpeechHypothesis Current => Describe(_beam[0], whole: false);

    /// <inheritdoc/>
    public void Accept(ReadOnlySpan<float> logProbabilities)
    {
        int labels = _lexicon.Labels.Count;
        if (logProbabilities.Length % labels != 0)
        {
            throw new ArgumentException($"{logProbabilities.Length} values are not a whole number of frames of {labels} labels.", nameof(logProbabilities));
        }

        for (; !logProbabilities.IsEmpty; logProbabilities = logProbabilities[labels..])
        {
            Step(logProbabilities[..labels]);
        }
    }

    /// <inheritdoc/>
    public SpeechHypothesis Finish()
    {
        int best = -1;
        double bestScore = double.NegativeInfinity;
        for (int i = 0; i < _count; i++)
        {
            double score = IsWhole(_beam[i]) ? EndScore(_beam[i]) : double.NegativeInfinity;
            if (score > bestScore)
            {
                (best, bestScore) = (i, score);
            }
        }

        // If every hypothesis ends inside a word, only the finished words of the best one remain.
        return Describe(_beam[Math.Max(best, 0)], whole: true);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _histories.Clear();
        _beam[0] = new BeamEntry(WordHistories.Empty, 0) { Blank = 0, Label = double.NegativeInfinity };
        _count = 1;
        _told = (WordHistories.Empty, "");
    }

    private void Step(ReadOnlySpan<float> row)
    {
        CtcLabels labels = _lexicon.Labels;
        double blankScore = row[labels.Blank], cutoff = _options.Cutoff;
        _grown.Clear();
        for (int i = 0; i < _count; i++)
        {
            ref readonly BeamEntry entry = ref _beam[i];
            double both = entry.Acoustic;
            int last = entry.Node != 0 || entry.History != WordHistories.Empty ? _lexicon.LabelAt(entry.Node) : labels.Blank;
            ref BeamEntry stay = ref _grown.At(entry.History, entry.Node, entry.Language);
            stay.AddBlank(both + blankScore);
            if (last != labels.Blank)
            {
                stay.AddLabel(entry.Label + row[last]);
            }

            ReadOnlySpan<int> edgeLabels = _lexicon.EdgeLabels(entry.Node), edgeNodes = _lexicon.EdgeNodes(entry.Node);
            for (int edge = 0; edge < edgeLabels.Length; edge++)
            {
                int label = edgeLabels[edge];
                if (row[label] >= cutoff)
                {
                    _grown.At(entry.History, edgeNodes[edge], entry.Language).AddLabel((label == last ? entry.Blank : both) + row[label]);
                }
            }

            int word = _lexicon.WordAt(entry.Node);
            if (word >= 0 && row[labels.Space] >= cutoff)
            {
                double language = entry.Language + WordScore(entry.History, word) + _options.Beta;
                _grown.At(_histories.Append(entry.History, word), 0, language).AddLabel(both + row[labels.Space]);
            }
        }

        _count = _grown.Best(_beam);
    }

    private double WordScore(int history, int word) => _bigrams is null ? 0 : _options.Alpha * LogProbability(history, word);

    private double LogProbability(int history, int word)
    {
        int previous = _histories.LastWord(history);
        return _bigrams!.LogProbability(previous < 0 ? _bigrams.StartId : previous, word);
    }

    private bool IsWhole(in BeamEntry entry) => entry.Node == 0 || _lexicon.WordAt(entry.Node) >= 0;

    // The words of the hypothesis if the speech ended here.
    private int Sequence(in BeamEntry entry)
    {
        int word = _lexicon.WordAt(entry.Node);
        return word < 0 ? entry.History : _histories.Append(entry.History, word);
    }

    private double EndScore(in BeamEntry entry)
    {
        double score = entry.Total;
        int word = _lexicon.WordAt(entry.Node);
        if (word >= 0)
        {
            score += WordScore(entry.History, word) + _options.Beta;
        }

        return _bigrams is null ? score : score + WordScore(Sequence(entry), _bigrams.EndId);
    }

    private SpeechHypothesis Describe(in BeamEntry chosen, bool whole)
    {
        int sequence = Sequence(chosen), stable = sequence;
        double same = double.NegativeInfinity, all = double.NegativeInfinity;
        for (int i = 0; i < _count; i++)
        {
            bool ends = IsWhole(_beam[i]);
            if (whole && !ends)
            {
                continue;
            }

            double score = ends ? EndScore(_beam[i]) : _beam[i].Total;
            all = LogMath.Add(all, score);
            if (ends && Sequence(_beam[i]) == sequence)
            {
                same = LogMath.Add(same, score);
            }

            stable = _histories.CommonPrefix(stable, _beam[i].History);
        }

        double end = _bigrams is null ? 1 : Math.Exp(LogProbability(sequence, _bigrams.EndId));
        if (_told.Sequence != sequence)
        {
            _told = (sequence, Text(sequence));
        }

        return new SpeechHypothesis(
            _told.Text, whole ? _histories.Depth(sequence) : _histories.Depth(stable),
            double.IsNegativeInfinity(same) ? 0 : Math.Exp(same - all), end);
    }

    private string Text(int sequence)
    {
        string[] words = new string[_histories.Depth(sequence)];
        for (int at = words.Length - 1; at >= 0; at--, sequence = _histories.Parent(sequence))
        {
            words[at] = _lexicon[_histories.LastWord(sequence)];
        }

        return string.Join(' ', words);
    }
}

using System.Text;

namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Decodes CTC outputs by taking the best label of every frame; without a lexicon, so any word can result.</summary>
/// <remarks>A. Graves et al., "Connectionist temporal classification" (2006), best path decoding: merges repeats, drops blanks.</remarks>
sealed class CtcGreedyDecoder : ICtcDecoder
{
    private readonly CtcLabels _labels;
    private readonly StringBuilder _text = new();
    private string? _words;
    private int _last;
    private double _logPosterior;

    /// <summary>Creates a decoder.</summary>
    /// <param name="labels">The labels of the model's outputs.</param>
    public CtcGreedyDecoder(CtcLabels labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        _labels = labels;
        _last = labels.Blank;
    }

    /// <inheritdoc/>
    public SpeechHypothesis Current
    {
        get
        {
            _words ??= string.Join(' ', _text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
            int blanks = _words.AsSpan().Count(' ');

            // A best path never changes its words, but the last one can still grow.
            return new SpeechHypothesis(_words, blanks, Math.Exp(_logPosterior), 1);
        }
    }

    /// <inheritdoc/>
    public void Accept(ReadOnlySpan<float> logProbabilities)
    {
        if (logProbabilities.Length % _labels.Count != 0)
        {
            throw new ArgumentException($"{logProbabilities.Length} values are not a whole number of frames of {_labels.Count} labels.", nameof(logProbabilities));
        }

        for (; !logProbabilities.IsEmpty; logProbabilities = logProbabilities[_labels.Count..])
        {
            int best = 0;
            for (int label = 1; label < _labels.Count; label++)
            {
                best = logProbabilities[label] > logProbabilities[best] ? label : best;
            }

            _logPosterior += logProbabilities[best];
            if (best != _last && best != _labels.Blank)
            {
                _text.Append(_labels[best]);
                _words = null;
            }

            _last = best;
        }
    }

    /// <inheritdoc/>
    public SpeechHypothesis Finish()
    {
        SpeechHypothesis current = Current;
        return current with { StableWords = current.Text.Length == 0 ? 0 : current.StableWords + 1 };
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _text.Clear();
        _words = null;
        _last = _labels.Blank;
        _logPosterior = 0;
    }
}

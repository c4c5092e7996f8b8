namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Turns the outputs of a CTC model into words, frame by frame. One instance per utterance; not thread-safe.</summary>
public interface ICtcDecoder
{
    /// <summary>What the words are taken to be now. Cheap when nothing changed since the last call.</summary>
    CtcHypothesis Current { get; }

    /// <summary>Takes outputs of the model.</summary>
    /// <param name="logProbabilities">float[frames, labels]: natural logarithms of probabilities; any number of whole frames.</param>
    /// <exception cref="ArgumentException">The span is no whole number of frames.</exception>
    void Accept(ReadOnlySpan<float> logProbabilities);

    /// <summary>The words if the utterance ends here, with the unfinished word settled. Changes nothing: more frames may follow.</summary>
    /// <returns>The best words; their posterior is among the hypotheses that end with a whole word.</returns>
    CtcHypothesis Finish();

    /// <summary>Forgets the utterance, to begin another one.</summary>
    void Reset();
}

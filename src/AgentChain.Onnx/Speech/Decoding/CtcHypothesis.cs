namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>What a decoder takes the words to be, from the audio so far.</summary>
/// <param name="Text">The words, separated by blanks. A word that is not finished yet is left out.</param>
/// <param name="StableWords">How many of the words can no longer change, because every hypothesis that is still alive begins with them.</param>
/// <param name="Posterior">The part of the probability in the beam that these words have, 0 to 1, supposing that the speech ended here;
/// small while a word is being said.</param>
/// <param name="EndProbability">How likely a sentence ends after these words according to the language model, 0 to 1; 1 when there is no such model.</param>
public readonly record struct CtcHypothesis(string Text, int StableWords, double Posterior, double EndProbability);

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

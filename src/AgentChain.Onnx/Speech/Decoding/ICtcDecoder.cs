namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Represents a decoder that turns outputs of a CTC model into words. Serves one utterance at a time; not thread-safe.</summary>
interface ICtcDecoder
{
    /// <summary>Gets the best words so far. Cheap if nothing changed since the last call.</summary>
    SpeechHypothesis Current { get; }

    /// <summary>Decodes outputs of the model.</summary>
    /// <param name="logProbabilities">float[frames, labels]: natural logarithms of probabilities, for any number of whole frames.</param>
    /// <exception cref="ArgumentException">The span is not a whole number of frames.</exception>
    void Accept(ReadOnlySpan<float> logProbabilities);

    /// <summary>Returns the words as if the utterance ended here, including the last word. More frames can follow.</summary>
    /// <returns>The best words. Their posterior is relative to the hypotheses that end with a whole word.</returns>
    SpeechHypothesis Finish();

    /// <summary>Discards the utterance so that another one can start.</summary>
    void Reset();
}

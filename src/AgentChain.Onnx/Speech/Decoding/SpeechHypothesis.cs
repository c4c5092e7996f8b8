namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Represents a recognizer's best estimate of the words in the audio so far.</summary>
public readonly record struct SpeechHypothesis
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="text">The words, separated by spaces. An unfinished word is left out.</param>
    /// <param name="stableWords">
    /// The number of words that can no longer change, because every remaining hypothesis starts with them.
    /// </param>
    /// <param name="posterior">
    /// The share of the beam's probability that these words hold, 0 to 1, if the speech ended here; small in the middle of a word.
    /// </param>
    /// <param name="endProbability">The probability that a sentence ends after these words, 0 to 1; 1 without a language model.</param>
    public SpeechHypothesis(string text, int stableWords, double posterior, double endProbability) =>
        (Text, StableWords, Posterior, EndProbability) = (text, stableWords, posterior, endProbability);

    /// <summary>Gets the words, separated by spaces. An unfinished word is left out.</summary>
    public string Text { get; init; }

    /// <summary>Gets the number of words that can no longer change, because every remaining hypothesis starts with them.</summary>
    public int StableWords { get; init; }

    /// <summary>
    /// Gets the share of the beam's probability that these words hold, 0 to 1, if the speech ended here; small in the middle of a word.
    /// </summary>
    public double Posterior { get; init; }

    /// <summary>Gets the probability that a sentence ends after these words, 0 to 1; 1 without a language model.</summary>
    public double EndProbability { get; init; }
}

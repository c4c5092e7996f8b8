namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Represents the words of an utterance.</summary>
public sealed record Transcript
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="words">
    /// The words as recognized, with numbers spelled out unless the recognizer writes text; empty if no speech was heard or understood.
    /// </param>
    /// <param name="text">
    /// The words with numbers, money and dates in written form (<see cref="Normalization.InverseTextNormalizer"/>).
    /// </param>
    /// <param name="stableWords">The number of <paramref name="words"/> that can no longer change.</param>
    /// <param name="confidence">The share of the beam's probability that these words hold, 0 to 1.</param>
    /// <param name="hasSpeech">Whether speech was heard; false for a silent recording.</param>
    public Transcript(string words, string text, int stableWords, double confidence, bool hasSpeech) =>
        (Words, Text, StableWords, Confidence, HasSpeech) = (words, text, stableWords, confidence, hasSpeech);

    /// <summary>
    /// Gets the words as recognized, with numbers spelled out unless the recognizer writes text; empty if no speech was heard or
    /// understood.
    /// </summary>
    public string Words { get; init; }

    /// <summary>Gets the words with numbers, money and dates in written form (<see cref="Normalization.InverseTextNormalizer"/>).</summary>
    public string Text { get; init; }

    /// <summary>Gets the number of <see cref="Words"/> that can no longer change.</summary>
    public int StableWords { get; init; }

    /// <summary>Gets the share of the beam's probability that these words hold, 0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>Gets a value that indicates whether speech was heard; false for a silent recording.</summary>
    public bool HasSpeech { get; init; }

    /// <summary>Gets the transcript of audio without speech.</summary>
    public static Transcript Silence { get; } = new("", "", 0, 1, false);
}

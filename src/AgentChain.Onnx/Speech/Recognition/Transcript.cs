namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Represents the words of an utterance.</summary>
/// <param name="Words">The words as recognized, with numbers spelled out; empty if no speech was heard or understood.</param>
/// <param name="Text">The words with numbers, money and dates in written form (<see cref="Normalization.InverseTextNormalizer"/>).</param>
/// <param name="StableWords">The number of <paramref name="Words"/> that can no longer change.</param>
/// <param name="Confidence">The share of the beam's probability that these words hold, 0 to 1.</param>
/// <param name="HasSpeech">Whether speech was heard; false for a silent recording.</param>
public sealed record Transcript(string Words, string Text, int StableWords, double Confidence, bool HasSpeech)
{
    /// <summary>Gets the transcript of audio without speech.</summary>
    public static Transcript Silence { get; } = new("", "", 0, 1, false);
}

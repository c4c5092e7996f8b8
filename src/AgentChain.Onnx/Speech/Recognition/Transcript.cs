namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>What somebody said.</summary>
/// <param name="Words">The words as the recognizer gives them, numbers spelled out; empty when there was no speech or none was understood.</param>
/// <param name="Text">The words with numbers, money and dates written (<see cref="Normalization.InverseTextNormalizer"/>).</param>
/// <param name="StableWords">How many of <paramref name="Words"/> will not change any more.</param>
/// <param name="Confidence">The part of the probability in the recognizer's beam that these words have, 0 to 1.</param>
/// <param name="HasSpeech">Whether anybody was heard to speak; false for a silent recording.</param>
public sealed record Transcript(string Words, string Text, int StableWords, double Confidence, bool HasSpeech)
{
    /// <summary>Nobody spoke.</summary>
    public static Transcript Silence { get; } = new("", "", 0, 1, false);
}

using AgentChain.Speculation;

namespace AgentChain.Simulation;

/// <summary>Represents a transcript that a <see cref="SimulatedRecognizer"/> publishes before the transcript is final.</summary>
public readonly record struct PartialTranscript
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="text">The transcript.</param>
    /// <param name="words">The number of words in it.</param>
    /// <param name="at">The time of publication, counted from the start of the utterance.</param>
    /// <param name="features">The evidence published with it.</param>
    /// <param name="comesTrue">
    /// <see langword="true"/> if the final transcript will be equal; otherwise, <see langword="false"/>. For clairvoyant policies, which
    /// serve as bounds for real ones.
    /// </param>
    public PartialTranscript(string text, int words, TimeSpan at, HypothesisFeatures features, bool comesTrue) =>
        (Text, Words, At, Features, ComesTrue) = (text, words, at, features, comesTrue);

    /// <summary>Gets the transcript.</summary>
    public string Text { get; init; }

    /// <summary>Gets the number of words in it.</summary>
    public int Words { get; init; }

    /// <summary>Gets the time of publication, counted from the start of the utterance.</summary>
    public TimeSpan At { get; init; }

    /// <summary>Gets the evidence published with it.</summary>
    public HypothesisFeatures Features { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the final transcript will be equal; otherwise, <see langword="false"/>. For clairvoyant
    /// policies, which serve as bounds for real ones.
    /// </summary>
    public bool ComesTrue { get; init; }
}

using AgentChain.Speculation;

namespace AgentChain.Simulation;

/// <summary>Represents a transcript that a <see cref="SimulatedRecognizer"/> publishes before the transcript is final.</summary>
/// <param name="Text">The transcript.</param>
/// <param name="Words">The number of words in it.</param>
/// <param name="At">The time of publication, counted from the start of the utterance.</param>
/// <param name="Features">The evidence published with it.</param>
/// <param name="ComesTrue">
/// <see langword="true"/> if the final transcript will be equal; otherwise, <see langword="false"/>. For clairvoyant policies, which serve
/// as bounds for real ones.
/// </param>
public readonly record struct PartialTranscript(string Text, int Words, TimeSpan At, HypothesisFeatures Features, bool ComesTrue);

using AgentChain.Speculation;

namespace AgentChain.Simulation;

/// <summary>A transcript that a <see cref="SimulatedRecognizer"/> publishes before it is certain.</summary>
/// <param name="Text">The transcript.</param>
/// <param name="Words">How many words it has.</param>
/// <param name="At">When it is published, counted from the start of the utterance.</param>
/// <param name="Features">The evidence published with it.</param>
/// <param name="ComesTrue">Whether the final transcript will be equal: for policies that see the future, as bounds for those that do not.</param>
public readonly record struct PartialTranscript(string Text, int Words, TimeSpan At, HypothesisFeatures Features, bool ComesTrue);

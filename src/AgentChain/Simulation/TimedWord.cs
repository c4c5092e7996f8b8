using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>Represents a word and the time at which it was spoken.</summary>
/// <param name="Text">The word.</param>
/// <param name="Start">The start of the word, counted from the start of the utterance.</param>
/// <param name="End">The end of the word; not before <paramref name="Start"/>.</param>
public readonly record struct TimedWord(string Text, TimeSpan Start, TimeSpan End);

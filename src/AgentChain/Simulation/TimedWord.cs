using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>A word and when it was said.</summary>
/// <param name="Text">The word.</param>
/// <param name="Start">When it began, counted from the start of the utterance.</param>
/// <param name="End">When it ended; not before <paramref name="Start"/>.</param>
public readonly record struct TimedWord(string Text, TimeSpan Start, TimeSpan End);

using System.Runtime.CompilerServices;

namespace AgentChain.Simulation;

/// <summary>Represents a hypothesis and the time at which it is published.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="At">The time of publication, counted from the start of the block's run.</param>
/// <param name="Hypothesis">The hypothesis.</param>
public readonly record struct TimedHypothesis<T>(TimeSpan At, Hypothesis<T> Hypothesis);

using System.Runtime.CompilerServices;
using AgentChain.Blocks;

namespace AgentChain.Simulation;

/// <summary>A hypothesis and when it is published.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="At">When, counted from the start of the block's run.</param>
/// <param name="Hypothesis">The hypothesis.</param>
public readonly record struct TimedHypothesis<T>(TimeSpan At, Hypothesis<T> Hypothesis);

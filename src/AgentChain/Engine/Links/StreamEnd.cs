using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>Describes how a run that produces a stream ended.</summary>
/// <param name="Last">
/// The step that the end waited for; null if nothing more may be output: the turn has ended, or the run was abandoned.
/// </param>
/// <param name="Error">The exception that the block threw; null if it ended successfully.</param>
readonly record struct StreamEnd(TraceStep? Last, Exception? Error);

using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>How a run that makes a stream ended.</summary>
/// <param name="Last">What the end was waiting for; null when nothing more may go on: the turn is over, or the run was left behind.</param>
/// <param name="Error">What the block threw; null where it ended well.</param>
readonly record struct StreamEnd(TraceStep? Last, Exception? Error);

using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The result of one branch of a join.</summary>
readonly record struct Side<T>(T Value, TraceStep? Cause);

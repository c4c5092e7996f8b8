using System.Diagnostics.CodeAnalysis;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>An item of a stream, its cause, and its time.</summary>
readonly record struct Item<T>(T Value, TraceStep Cause, long At);

using System.Runtime.CompilerServices;

namespace AgentChain.Engine.Nodes;

/// <summary>A value and the route that its classifier chose.</summary>
readonly record struct Routed<T>(T Value, string Route);

using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>A value and the route its classifier chose.</summary>
readonly record struct Routed<T>(T Value, string Route);

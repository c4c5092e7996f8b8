using AgentChain.Blocks;

namespace AgentChain.Engine.Nodes;

/// <summary>Joins a value and its branches' results.</summary>
delegate TOut JoinSides<TIn, TSides, TOut>(TIn input, in TSides sides);

namespace AgentChain.Engine.Nodes;

/// <summary>Joins a value and the results of its branches.</summary>
delegate TOut JoinSides<TIn, TSides, TOut>(TIn input, in TSides sides);

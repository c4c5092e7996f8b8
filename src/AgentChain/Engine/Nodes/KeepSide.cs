namespace AgentChain.Engine.Nodes;

/// <summary>Keeps the result of one branch.</summary>
delegate void KeepSide<TSides, TSide>(ref TSides sides, Side<TSide> side);

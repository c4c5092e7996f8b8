namespace AgentChain;

/// <summary>Represents the use of one model by one block in a turn.</summary>
/// <param name="Block">The name of the block.</param>
/// <param name="Usage">The sum over all requests of the block to the model.</param>
public readonly record struct BlockUsage(string Block, ModelUsage Usage);

namespace AgentChain.Blocks.Batching;

/// <summary>Represents what a batched block has done.</summary>
/// <param name="Batches">The number of batches that began, including items that ran alone.</param>
/// <param name="Items">The number of items in them.</param>
public readonly record struct BatchCounts(long Batches, long Items);

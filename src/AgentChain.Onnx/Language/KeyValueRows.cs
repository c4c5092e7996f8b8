namespace AgentChain.Onnx.Language;

/// <summary>Represents neighboring rows of a block, for one step of several sequences.</summary>
/// <param name="Block">The block.</param>
/// <param name="First">The first row.</param>
/// <param name="Count">The number of rows.</param>
readonly record struct KeyValueRows(KeyValueBlock Block, int First, int Count);

using AgentChain.Devices;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Retrieval;

/// <summary>
/// Finds documents for a text. Add the block to a chain with <c>On</c> and the encoder's device. Thread-safe; holds no state between turns.
/// </summary>
/// <param name="retriever">The encoder and the documents.</param>
public sealed class RetrievalBlock(HybridRetriever retriever) : IBlock<string, RetrievalResult>, IWarmUp, INeedsDevice
{
    /// <summary>Gets the encoder and the documents.</summary>
    public HybridRetriever Retriever { get; } = retriever;

    /// <summary>Gets the encoder's device.</summary>
    public ComputeDevice Device => Retriever.Embedder.Device;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The block was added without the encoder's device.</exception>
    public ValueTask<RetrievalResult> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) =>
        Retriever.RetrieveAsync(BlockLanes.Of(context, Retriever.Embedder.Device), input, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        await Retriever.RetrieveAsync(BlockLanes.Of(context, Retriever.Embedder.Device), "", cancellationToken).ConfigureAwait(false);
}

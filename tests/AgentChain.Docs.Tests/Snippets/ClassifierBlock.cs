using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Classification;

#region block
public sealed class ClassifierBlock(TextClassifier classifier) : IBlock<string, int>, IWarmUp
{
    public ValueTask<int> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) =>
        classifier.ClassifyAsync(BlockLanes.Of(context, classifier.Device), input, cancellationToken);

    public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        await classifier.ClassifyAsync(BlockLanes.Of(context, classifier.Device), "", cancellationToken).ConfigureAwait(false);
}
#endregion

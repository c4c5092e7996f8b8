using AgentChain.Blocks;
using AgentChain.Flow;

namespace AgentChain.Building;

/// <summary>Makes the flow's nodes from blocks and their settings: fused in place, or behind a queue of their own.</summary>
static class Links
{
    public static Receiver<TIn> Sync<TIn, TOut>(
        LinkScope scope, string name, BlockSettings settings, ISyncBlock<TIn, TOut> block, Receiver<TOut> next) =>
        new FusedNode<TIn, TOut>(scope.Node(name, settings), block, next);

    public static Receiver<TIn> Async<TIn, TOut>(
        LinkScope scope, string name, BlockSettings settings, IBlock<TIn, TOut> block, BlockOptions<TIn, TOut> options, Receiver<TOut> next)
    {
        Receiver<TIn>? fallback = options.Fallback is { } other
            ? Async(scope, name + " fallback", new BlockSettings(), other.Block, new BlockOptions<TIn, TOut>(), next)
            : null;
        FlowNode node = scope.Node(name, settings);
        return Queue(scope, node, new AsyncNode<TIn, TOut>(node, block, options.FallbackValue, fallback, next));
    }

    public static Receiver<TIn> Stream<TIn, TOut>(
        LinkScope scope, string name, StreamOptions<TIn, TOut> options, IStreamBlock<TIn, TOut> block, StreamReceiver<TOut> next)
    {
        FlowNode node = scope.Node(name, options.Settings);
        return Queue(scope, node, new StreamNode<TIn, TOut>(node, block, options.FallbackValue, next));
    }

    public static StreamReceiver<TIn> Each<TIn, TOut>(
        LinkScope scope, string name, StreamOptions<TIn, TOut> options, IStreamBlock<TIn, TOut> block, StreamReceiver<TOut> next)
    {
        FlowNode node = scope.Node(name, options.Settings);
        return new StreamQueue<TIn>(
            Queue(scope, node, new EachNode<TIn, TOut>(node, block, options.FallbackValue, next)), options.Settings.StreamCapacity);
    }

    public static QueueNode<T> Queue<T>(LinkScope scope, FlowNode node, Receiver<T> inner) => new(scope.Runtime, node, inner);
}

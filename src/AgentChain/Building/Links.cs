using AgentChain.Blocks;
using AgentChain.Flow;
using AgentChain.Flow.Speculative;
using AgentChain.Speculation;

namespace AgentChain.Building;

/// <summary>
/// Makes the flow's nodes from blocks and their settings: fused in place, or behind a queue of their own; in a chain that speculates
/// inside a gate, or behind a barrier.
/// </summary>
static class Links
{
    public static Receiver<TIn> Sync<TIn, TOut>(
        LinkScope scope, string name, BlockSettings settings, ISyncBlock<TIn, TOut> block, Receiver<TOut> next)
    {
        var fused = new FusedNode<TIn, TOut>(scope.Node(name, settings), block, next);
        return scope.Speculates && settings.Effect == Effect.Effectful ? new CommittedOnly<TIn>(fused, settings.Withdraws) : fused;
    }

    public static Receiver<TIn> Async<TIn, TOut>(
        LinkScope scope, string name, BlockSettings settings, IBlock<TIn, TOut> block, object given, BlockOptions<TIn, TOut> options, Receiver<TOut> next)
    {
        FlowNode node = scope.Node(name, settings);
        if (!scope.Speculates || (settings.Speculation == SpeculationLevel.None && !options.Gate.IsSource))
        {
            return Barrier(scope, settings, Run(next));
        }

        var gate = new ValueGate<TIn, TOut>(scope, node, given, options.Gate, next);
        return gate.Around(Run(gate.Exit));

        QueueNode<TIn> Run(Receiver<TOut> made)
        {
            Receiver<TIn>? fallback = options.Fallback is { } other
                ? Async(scope with { InLoop = true }, name + " fallback", new BlockSettings(), other.Block, other.Block, new BlockOptions<TIn, TOut>(), made)
                : null;
            return Queue(scope, node, new AsyncNode<TIn, TOut>(node, block, options.FallbackValue, fallback, made));
        }
    }

    public static Receiver<TIn> Revise<TIn, TOut>(
        LinkScope scope, string name, ReviseOptions<TIn, TOut> options, IRevisingBlock<TIn, TOut> block, object given, Receiver<TOut> next)
    {
        FlowNode node = scope.Node(name, options.Settings);
        if (!scope.Speculates)
        {
            return Queue(scope, node, new ReviseNode<TIn, TOut>(node, block, options.Observer, next));
        }

        var gate = new ValueGate<TIn, TOut>(scope, node, given, options.Gate, next);
        return gate.Around(Queue(scope, node, new ReviseNode<TIn, TOut>(node, block, options.Observer, gate.Exit, gate.Exit)));
    }

    public static Receiver<TIn> Stream<TIn, TOut>(
        LinkScope scope, string name, StreamOptions<TIn, TOut> options, IStreamBlock<TIn, TOut> block, StreamReceiver<TOut> next)
    {
        FlowNode node = scope.Node(name, options.Settings);
        if (!scope.Speculates || (options.Settings.Speculation == SpeculationLevel.None && !options.Gate.IsSource))
        {
            return Barrier(scope, options.Settings, Queue(scope, node, new StreamNode<TIn, TOut>(node, block, options.FallbackValue, next)));
        }

        var gate = new StreamGate<TIn, TOut>(scope, node, block, options.Gate, next);
        return gate.Around(Queue(scope, node, new StreamNode<TIn, TOut>(node, block, options.FallbackValue, gate.Exit)));
    }

    public static StreamReceiver<TIn> SyncEach<TIn, TOut>(
        LinkScope scope, string name, BlockSettings settings, ISyncBlock<TIn, TOut> block, StreamReceiver<TOut> next)
    {
        var fused = new FusedItems<TIn, TOut>(scope.Node(name, settings), block, next);
        return scope.Speculates && settings.Effect == Effect.Effectful ? new CommittedStreamsOnly<TIn>(fused, settings.Withdraws) : fused;
    }

    public static StreamReceiver<TIn> Each<TIn, TOut>(
        LinkScope scope, string name, StreamOptions<TIn, TOut> options, IStreamBlock<TIn, TOut> block, object given, StreamReceiver<TOut> next)
    {
        FlowNode node = scope.Node(name, options.Settings);
        int capacity = options.Settings.StreamCapacity;
        if (scope.Speculates && options.Settings.Speculation == SpeculationLevel.Full)
        {
            var gate = new EachGate<TIn, TOut>(scope, node, block, given, options.Gate, options.FallbackValue, next);
            return new StreamQueue<TIn>(gate.Around(Queue(scope, node, gate.Reader)), capacity);
        }

        var queue = new StreamQueue<TIn>(Queue(scope, node, new EachNode<TIn, TOut>(node, block, options.FallbackValue, next)), capacity);
        return scope.Speculates ? new CommittedStreamsOnly<TIn>(queue, options.Settings.Withdraws) : queue;
    }

    public static QueueNode<T> Queue<T>(LinkScope scope, FlowNode node, Receiver<T> inner) => new(scope.Runtime, node, inner);

    /// <summary>Keeps hypotheses away from a block, where there are any.</summary>
    public static Receiver<T> Barrier<T>(LinkScope scope, BlockSettings settings, Receiver<T> block) =>
        scope.Speculates ? new CommittedOnly<T>(block, settings.Withdraws) : block;
}

using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Speculation;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Building;

/// <summary>
/// Creates the flow's nodes from blocks and their settings: fused in place, or with a queue of their own. In a chain that speculates, a
/// node is inside a gate or downstream of a barrier.
/// </summary>
static class Links
{
    public static Target<TIn> Sync<TIn, TOut>(
        LinkContext scope, string name, BlockSettings settings, ISyncBlock<TIn, TOut> block, Target<TOut> next)
    {
        BlockNode node = scope.Node(name, settings);
        settings = node.Settings;
        var fused = new FusedNode<TIn, TOut>(node, block, next);
        return scope.Speculates && settings.Effect == Effect.Effectful ? new CommitBarrier<TIn>(fused, settings.Withdraws) : fused;
    }

    public static Target<TIn> Async<TIn, TOut>(
        LinkContext scope, string name, BlockSettings settings, IBlock<TIn, TOut> block,
        object given, BlockSetup<TIn, TOut> options, Target<TOut> next)
    {
        BlockNode node = scope.Node(name, settings);
        settings = node.Settings;
        if (!scope.Speculates || (settings.Speculation == SpeculationLevel.None && !options.Gate.IsSource))
        {
            return Barrier(scope, settings, Run(next));
        }

        var gate = new ValueGate<TIn, TOut>(scope, node, given, options.Gate, next);
        return gate.Around(Run(gate.Exit));

        BlockQueue<TIn> Run(Target<TOut> made)
        {
            Target<TIn>? fallback = options.Fallback is { } other
                ? Async(
                    scope with { InLoop = true, HasOptions = false },
                    BlueprintNode.FallbackOf(name),
                    new BlockSettings(),
                    other.Block,
                    other.Block,
                    new BlockSetup<TIn, TOut>(),
                    made)
                : null;
            return Queue(scope, node, new AsyncNode<TIn, TOut>(node, block, options.FallbackValue, fallback, made));
        }
    }

    public static Target<TIn> Revise<TIn, TOut>(
        LinkContext scope, string name, ReviseSetup<TIn, TOut> options, IRevisingBlock<TIn, TOut> block, object given, Target<TOut> next)
    {
        BlockNode node = scope.Node(name, options.Settings);
        if (!scope.Speculates)
        {
            return Queue(scope, node, new ReviseNode<TIn, TOut>(node, block, options.Observer, next));
        }

        var gate = new ValueGate<TIn, TOut>(scope, node, given, options.Gate, next);
        return gate.Around(Queue(scope, node, new ReviseNode<TIn, TOut>(node, block, options.Observer, gate.Exit, gate.Exit)));
    }

    public static Target<TIn> Stream<TIn, TOut>(
        LinkContext scope, string name, StreamSetup<TIn, TOut> options, IStreamBlock<TIn, TOut> block, StreamTarget<TOut> next)
    {
        BlockNode node = scope.Node(name, options.Settings);
        if (!scope.Speculates || (node.Settings.Speculation == SpeculationLevel.None && !options.Gate.IsSource))
        {
            return Barrier(scope, node.Settings, Queue(scope, node, new StreamNode<TIn, TOut>(node, block, options.FallbackValue, next)));
        }

        var gate = new StreamGate<TIn, TOut>(scope, node, block, options.Gate, next);
        return gate.Around(Queue(scope, node, new StreamNode<TIn, TOut>(node, block, options.FallbackValue, gate.Exit)));
    }

    public static StreamTarget<TIn> SyncEach<TIn, TOut>(
        LinkContext scope, string name, BlockSettings settings, ISyncBlock<TIn, TOut> block, StreamTarget<TOut> next)
    {
        var fused = new FusedStreamNode<TIn, TOut>(scope.Node(name, settings), block, next);
        return scope.Speculates && settings.Effect == Effect.Effectful ? new StreamCommitBarrier<TIn>(fused, settings.Withdraws) : fused;
    }

    public static StreamTarget<TIn> Each<TIn, TOut>(
        LinkContext scope, string name, StreamSetup<TIn, TOut> options,
        IStreamBlock<TIn, TOut> block, object given, StreamTarget<TOut> next)
    {
        BlockNode node = scope.Node(name, options.Settings);
        int capacity = node.Settings.StreamCapacity;
        if (scope.Speculates && node.Settings.Speculation == SpeculationLevel.Full)
        {
            var gate = new ItemGate<TIn, TOut>(scope, node, block, given, options.Gate, options.FallbackValue, next);
            return new StreamQueue<TIn>(gate.Around(Queue(scope, node, gate.Reader)), capacity);
        }

        var queue = new StreamQueue<TIn>(Queue(scope, node, new EachNode<TIn, TOut>(node, block, options.FallbackValue, next)), capacity);
        return scope.Speculates ? new StreamCommitBarrier<TIn>(queue, node.Settings.Withdraws) : queue;
    }

    public static BlockQueue<T> Queue<T>(LinkContext scope, BlockNode node, Target<T> inner) => new(scope.Runtime, node, inner);

    /// <summary>Keeps hypotheses away from a block if the chain speculates.</summary>
    public static Target<T> Barrier<T>(LinkContext scope, BlockSettings settings, Target<T> block) =>
        scope.Speculates ? new CommitBarrier<T>(block, settings.Withdraws) : block;
}

using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;

namespace AgentChain;

/// <summary>Composes a chain whose current output is a stream. Immutable, like <see cref="ChainBuilder{TIn,TOut}"/>.</summary>
/// <typeparam name="TIn">The type of the chain's input.</typeparam>
/// <typeparam name="TOut">The type of the current output items.</typeparam>
public sealed partial class StreamChainBuilder<TIn, TOut>
{
    readonly StreamLink<TIn, TOut> _link;

    internal StreamChainBuilder(string name, IReadOnlyList<BlueprintNode> nodes, StreamLink<TIn, TOut> link) =>
        (Name, Nodes, _link) = (name, nodes, link);

    /// <summary>Gets the chain's name.</summary>
    public string Name { get; }

    internal IReadOnlyList<BlueprintNode> Nodes { get; }

    internal StreamLink<TIn, TOut> Link => _link;

    /// <summary>Runs a block for each item, in order, and concatenates the streams that it returns.</summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="block">The block. Its budget restarts for each item.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public StreamChainBuilder<TIn, TNext> StreamEach<TNext>(
        string name, IStreamBlock<TOut, TNext> block, Action<StreamSetup<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Each(name, block, block, configure);
    }

    /// <summary>Runs a block for each item, in order, and replaces the item with the block's result.</summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="block">The block. Its budget restarts for each item.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, IBlock<TOut, TNext> block, Action<StreamSetup<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Each(name, new SingleItemBlock<TOut, TNext>(block), block, configure, returnsOne: true);
    }

    /// <summary>
    /// Runs a cheap synchronous block for each item, in order. The block runs in place unless an option (a budget, a device, a capacity)
    /// requires a queue.
    /// </summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="block">The block.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(
        string name, ISyncBlock<TOut, TNext> block, Action<StreamSetup<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        var options = new StreamSetup<TOut, TNext>();
        configure?.Invoke(options);
        BlockSettings settings = options.Settings;
        bool isFused = !settings.NeedsQueue && settings.StreamCapacity == BlockSettings.DefaultStreamCapacity;
        return Items<TNext>(
            new(name, NodeKind.Each, settings) { Output = typeof(TNext), IsFused = isFused, ReturnsOne = true, Blocks = [block] },
            isFused
                ? (scope, next) => Links.SyncEach(scope, name, settings, block, next)
                : (scope, next) => Links.Each(
                    scope, name, options, new SingleItemBlock<TOut, TNext>(new QueuedSyncBlock<TOut, TNext>(block)), block, next));
    }

    /// <summary>Regroups the stream, for example tokens into sentences or samples into frames.</summary>
    /// <typeparam name="TNext">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="block">The block; it runs in place.</param>
    /// <returns>A builder for the extended chain.</returns>
    public StreamChainBuilder<TIn, TNext> Regroup<TNext>(string name, IRegroupBlock<TOut, TNext> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Items<TNext>(
            new(name, NodeKind.Regroup, new BlockSettings()) { Output = typeof(TNext), IsFused = true, Blocks = [block] },
            (scope, next) => new RegroupNode<TOut, TNext>(scope.Node(name, new BlockSettings()), block, next));
    }

    /// <summary>Collects the stream into one value: the list of its items.</summary>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <returns>A builder for the extended chain, whose output is now a single value.</returns>
    public ChainBuilder<TIn, IReadOnlyList<TOut>> Collect(string name)
    {
        StreamLink<TIn, TOut> link = _link;
        return new(
            Name,
            [.. Nodes, new(name, NodeKind.Collect, new BlockSettings()) { Output = typeof(IReadOnlyList<TOut>), IsFused = true }],
            (scope, next) => link(scope, new CollectNode<TOut>(scope.Node(name, new BlockSettings()), next)));
    }

    /// <summary>Validates the chain and builds it.</summary>
    /// <param name="options">The chain's options; <see langword="null"/> for the defaults.</param>
    /// <returns>A chain that is safe to share between threads and runs until it is disposed.</returns>
    /// <exception cref="ChainValidationException">The chain is not valid; the message lists all errors.</exception>
    public StreamChain<TIn, TOut> Build(ChainOptions? options = null) => new(this, options ?? new ChainOptions());

    StreamChainBuilder<TIn, TNext> Each<TNext>(
        string name, IStreamBlock<TOut, TNext> block, object given, Action<StreamSetup<TOut, TNext>>? configure, bool returnsOne = false)
    {
        var options = new StreamSetup<TOut, TNext>();
        configure?.Invoke(options);
        return Items<TNext>(
            new(name, NodeKind.Each, options.Settings) { Output = typeof(TNext), ReturnsOne = returnsOne, Blocks = [given] },
            (scope, next) => Links.Each(scope, name, options, block, given, next));
    }

    StreamChainBuilder<TIn, TNext> Items<TNext>(BlueprintNode node, ItemLink<TOut, TNext> add)
    {
        StreamLink<TIn, TOut> link = _link;
        return new(Name, [.. Nodes, node], (scope, next) => link(scope, add(scope, next)));
    }
}

using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;

namespace AgentChain.Building;

/// <summary>Composes a chain whose end so far is a stream. Immutable, like <see cref="ChainBuilder{TIn,TOut}"/>.</summary>
/// <typeparam name="TIn">What the chain takes.</typeparam>
/// <typeparam name="TOut">The items it makes so far.</typeparam>
public sealed partial class StreamChainBuilder<TIn, TOut>
{
    readonly StreamLink<TIn, TOut> _link;

    internal StreamChainBuilder(string name, IReadOnlyList<BlueprintNode> nodes, StreamLink<TIn, TOut> link) =>
        (Name, Nodes, _link) = (name, nodes, link);

    /// <summary>Gets the chain's name.</summary>
    public string Name { get; }

    internal IReadOnlyList<BlueprintNode> Nodes { get; }

    internal StreamLink<TIn, TOut> Link => _link;

    /// <summary>Runs a block for each item, in order, and strings together the streams it makes.</summary>
    /// <typeparam name="TNext">The items it makes.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="block">The block. Its budget counts anew for each item.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public StreamChainBuilder<TIn, TNext> StreamEach<TNext>(string name, IStreamBlock<TOut, TNext> block, Action<StreamOptions<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Each(name, block, block, configure);
    }

    /// <summary>Runs a block for each item, in order; each item becomes one.</summary>
    /// <typeparam name="TNext">The items it makes.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="block">The block. Its budget counts anew for each item.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(string name, IBlock<TOut, TNext> block, Action<StreamOptions<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Each(name, new SingleItemBlock<TOut, TNext>(block), block, configure, returnsOne: true);
    }

    /// <summary>
    /// Runs a synchronous, cheap block for each item, in order. It runs in place unless an option (a budget, a device, a capacity) needs a
    /// queue.
    /// </summary>
    /// <typeparam name="TNext">The items it returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="block">The block.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public StreamChainBuilder<TIn, TNext> ThenEach<TNext>(string name, ISyncBlock<TOut, TNext> block, Action<StreamOptions<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        var options = new StreamOptions<TOut, TNext>();
        configure?.Invoke(options);
        BlockSettings settings = options.Settings;
        bool isFused = !settings.NeedsQueue && settings.StreamCapacity == BlockSettings.DefaultStreamCapacity;
        return Items<TNext>(
            new(name, NodeKind.Each, settings) { Output = typeof(TNext), IsFused = isFused, ReturnsOne = true, Blocks = [block] },
            isFused
                ? (scope, next) => Links.SyncEach(scope, name, settings, block, next)
                : (scope, next) => Links.Each(scope, name, options, new SingleItemBlock<TOut, TNext>(new QueuedSyncBlock<TOut, TNext>(block)), block, next));
    }

    /// <summary>Regroups the stream: tokens to sentences, samples to frames.</summary>
    /// <typeparam name="TNext">The items it makes.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="block">The block; it runs in place.</param>
    /// <returns>The longer chain.</returns>
    public StreamChainBuilder<TIn, TNext> Regroup<TNext>(string name, IRegroupBlock<TOut, TNext> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Items<TNext>(
            new(name, NodeKind.Regroup, new BlockSettings()) { Output = typeof(TNext), IsFused = true, Blocks = [block] },
            (scope, next) => new RegroupNode<TOut, TNext>(scope.Node(name, new BlockSettings()), block, next));
    }

    /// <summary>Gathers the stream into one value: the list of its items.</summary>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <returns>The chain, now a value.</returns>
    public ChainBuilder<TIn, IReadOnlyList<TOut>> Collect(string name)
    {
        StreamLink<TIn, TOut> link = _link;
        return new(
            Name,
            [.. Nodes, new(name, NodeKind.Collect, new BlockSettings()) { Output = typeof(IReadOnlyList<TOut>), IsFused = true }],
            (scope, next) => link(scope, new CollectNode<TOut>(scope.Node(name, new BlockSettings()), next)));
    }

    /// <summary>Checks the whole and makes the chain.</summary>
    /// <param name="options">The chain's options.</param>
    /// <returns>A chain that is safe to share and runs until it is disposed.</returns>
    /// <exception cref="ChainValidationException">Something is wrong; the message lists everything that is.</exception>
    public Chain<TIn, TOut> Build(ChainOptions? options = null) => Chain<TIn, TOut>.OfStream(this, options ?? new ChainOptions());

    StreamChainBuilder<TIn, TNext> Each<TNext>(
        string name, IStreamBlock<TOut, TNext> block, object given, Action<StreamOptions<TOut, TNext>>? configure, bool returnsOne = false)
    {
        var options = new StreamOptions<TOut, TNext>();
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

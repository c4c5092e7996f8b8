using AgentChain.Blocks;
using AgentChain.Engine.Links;

namespace AgentChain.Building;

/// <summary>
/// Composes a chain whose end so far is one value. Immutable: every call gives a new builder, so a beginning can be
/// shared by several chains. Begin with <see cref="Chain.From"/>, end with <see cref="Build"/>.
/// </summary>
/// <typeparam name="TIn">What the chain takes.</typeparam>
/// <typeparam name="TOut">What it makes so far.</typeparam>
public sealed partial class ChainBuilder<TIn, TOut>
{
    readonly ValueLink<TIn, TOut> _link;

    internal ChainBuilder(string name, IReadOnlyList<BlueprintNode> nodes, ValueLink<TIn, TOut> link) =>
        (Name, Nodes, _link) = (name, nodes, link);

    /// <summary>Gets the chain's name.</summary>
    public string Name { get; }

    internal IReadOnlyList<BlueprintNode> Nodes { get; }

    internal ValueLink<TIn, TOut> Link => _link;

    /// <summary>Adds a block.</summary>
    /// <typeparam name="TNext">What it makes.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="block">The block.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Then<TNext>(string name, IBlock<TOut, TNext> block, Action<BlockOptions<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        var options = new BlockOptions<TOut, TNext>();
        configure?.Invoke(options);
        BlockSettings settings = options.Settings;
        return Value<TNext>(
            new(name, NodeKind.Block, settings) { Output = typeof(TNext), ReturnsOne = true, Blocks = Warmable(block, options.Fallback?.Block), CanPrefill = block is IPrefill<TOut> },
            (scope, next) => Links.Async(scope, name, settings, block, block, options, next));
    }

    /// <summary>
    /// Adds a synchronous, cheap block. It runs in place, fused with its neighbours, unless an option (a budget, a device,
    /// a capacity) needs a queue.
    /// </summary>
    /// <typeparam name="TNext">What it makes.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="block">The block.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Then<TNext>(string name, ISyncBlock<TOut, TNext> block, Action<BlockOptions<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        var options = new BlockOptions<TOut, TNext>();
        configure?.Invoke(options);
        BlockSettings settings = options.Settings;
        return Value<TNext>(
            new(name, NodeKind.Block, settings) { Output = typeof(TNext), ReturnsOne = true, IsFused = !settings.NeedsQueue, Blocks = Warmable(block, options.Fallback?.Block) },
            settings.NeedsQueue
                ? (scope, next) => Links.Async(scope, name, settings, new QueuedSyncBlock<TOut, TNext>(block), block, options, next)
                : (scope, next) => Links.Sync(scope, name, settings, block, next));
    }

    /// <summary>Adds a block that publishes hypotheses; the blocks behind it wait for its final value, but for those that <c>Speculate</c>.</summary>
    /// <typeparam name="TNext">What it makes.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="block">The block.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The longer chain.</returns>
    public ChainBuilder<TIn, TNext> Revise<TNext>(string name, IRevisingBlock<TOut, TNext> block, Action<ReviseOptions<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        var options = new ReviseOptions<TOut, TNext>();
        configure?.Invoke(options);
        return Value<TNext>(
            new(name, NodeKind.Revise, options.Settings) { Output = typeof(TNext), Blocks = Warmable(block), Revises = true, CanPrefill = block is IPrefill<TOut> },
            (scope, next) => Links.Revise(scope, name, options, block, block, next));
    }

    /// <summary>Adds a block that makes a stream, whose items flow on while it still runs.</summary>
    /// <typeparam name="TItem">The items.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="block">The block.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The chain, now a stream.</returns>
    public StreamChainBuilder<TIn, TItem> Stream<TItem>(string name, IStreamBlock<TOut, TItem> block, Action<StreamOptions<TOut, TItem>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        var options = new StreamOptions<TOut, TItem>();
        configure?.Invoke(options);
        return ToStream<TItem>(
            new(name, NodeKind.Stream, options.Settings) { Output = typeof(TItem), Blocks = Warmable(block), CanPrefill = block is IPrefill<TOut> },
            (scope, next) => Links.Stream(scope, name, options, block, next));
    }

    /// <summary>Checks the whole and makes the chain.</summary>
    /// <param name="options">The chain's options.</param>
    /// <returns>A chain that is safe to share and runs until it is disposed.</returns>
    /// <exception cref="ChainValidationException">Something is wrong; the message lists everything that is.</exception>
    public Chain<TIn, TOut> Build(ChainOptions? options = null) => Chain<TIn, TOut>.OfValue(this, options ?? new ChainOptions());

    ChainBuilder<TIn, TNext> Value<TNext>(BlueprintNode node, ValueLink<TOut, TNext> add)
    {
        ValueLink<TIn, TOut> link = _link;
        return new(Name, [.. Nodes, node], (scope, next) => link(scope, add(scope, next)));
    }

    StreamChainBuilder<TIn, TItem> ToStream<TItem>(BlueprintNode node, StreamLink<TOut, TItem> add)
    {
        ValueLink<TIn, TOut> link = _link;
        return new(Name, [.. Nodes, node], (scope, next) => link(scope, add(scope, next)));
    }

    static object[] Warmable(params object?[] blocks) => [.. blocks.OfType<object>()];
}

using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Engine.Links;

namespace AgentChain;

/// <summary>
/// Composes a chain whose current output is one value. Immutable: every call returns a new builder, so several chains can share a
/// beginning. Start with <see cref="Chain.From"/> and end with <see cref="Build"/>.
/// </summary>
/// <typeparam name="TIn">The type of the chain's input.</typeparam>
/// <typeparam name="TOut">The type of the current output.</typeparam>
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
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="block">The block.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Then<TNext>(string name, IBlock<TOut, TNext> block, Action<BlockSetup<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        var options = new BlockSetup<TOut, TNext>();
        configure?.Invoke(options);
        BlockSettings settings = options.Settings;
        return Value<TNext>(
            new(name, NodeKind.Block, settings)
            {
                Output = typeof(TNext),
                ReturnsOne = true,
                Blocks = Warmable(block, options.Fallback?.Block),
                HasFallbackBlock = options.Fallback is not null,
                CanPrefill = block is IPrefill<TOut>,
            },
            (scope, next) => Links.Async(scope, name, settings, block, block, options, next));
    }

    /// <summary>
    /// Adds a cheap synchronous block. It runs in place, fused with its neighbors, unless an option (a budget, a device, a capacity)
    /// requires a queue.
    /// </summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="block">The block.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Then<TNext>(
        string name, ISyncBlock<TOut, TNext> block, Action<BlockSetup<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        var options = new BlockSetup<TOut, TNext>();
        configure?.Invoke(options);
        BlockSettings settings = options.Settings;
        return Value<TNext>(
            new(name, NodeKind.Block, settings)
            {
                Output = typeof(TNext),
                ReturnsOne = true,
                IsFused = !settings.NeedsQueue,
                Blocks = Warmable(block, options.Fallback?.Block),
                HasFallbackBlock = options.Fallback is not null,
            },
            settings.NeedsQueue
                ? (scope, next) => Links.Async(scope, name, settings, new QueuedSyncBlock<TOut, TNext>(block), block, options, next)
                : (scope, next) => Links.Sync(scope, name, settings, block, next));
    }

    /// <summary>
    /// Adds a block that publishes hypotheses. Downstream blocks wait for its final value, except those that <c>Speculate</c>.
    /// </summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="block">The block.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain.</returns>
    public ChainBuilder<TIn, TNext> Revise<TNext>(
        string name, IRevisingBlock<TOut, TNext> block, Action<ReviseSetup<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        var options = new ReviseSetup<TOut, TNext>();
        configure?.Invoke(options);
        return Value<TNext>(
            new(name, NodeKind.Revise, options.Settings)
            {
                Output = typeof(TNext), Blocks = Warmable(block), Revises = true, CanPrefill = block is IPrefill<TOut>,
            },
            (scope, next) => Links.Revise(scope, name, options, block, block, next));
    }

    /// <summary>Adds a block that produces a stream, whose items flow downstream while the block still runs.</summary>
    /// <typeparam name="TItem">The type of the output items.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="block">The block.</param>
    /// <param name="configure">A callback that sets the block's options.</param>
    /// <returns>A builder for the extended chain, whose output is now a stream.</returns>
    public StreamChainBuilder<TIn, TItem> Stream<TItem>(
        string name, IStreamBlock<TOut, TItem> block, Action<StreamSetup<TOut, TItem>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        var options = new StreamSetup<TOut, TItem>();
        configure?.Invoke(options);
        return ToStream<TItem>(
            new(name, NodeKind.Stream, options.Settings)
            {
                Output = typeof(TItem), Blocks = Warmable(block), CanPrefill = block is IPrefill<TOut>,
            },
            (scope, next) => Links.Stream(scope, name, options, block, next));
    }

    /// <summary>Validates the chain and builds it.</summary>
    /// <param name="options">The chain's options; <see langword="null"/> for the defaults.</param>
    /// <returns>A chain that is safe to share between threads and runs until it is disposed.</returns>
    /// <exception cref="ChainValidationException">The chain is not valid; the message lists all errors.</exception>
    public Chain<TIn, TOut> Build(ChainOptions? options = null) => new(this, options ?? new ChainOptions());

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

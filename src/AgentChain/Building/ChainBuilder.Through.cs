using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks;
using AgentChain.Engine.Interop;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Building;

public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>
    /// Adds a Dataflow block that exists already and matches its outputs to its inputs by their order. Only a
    /// <see cref="TransformBlock{TInput, TOutput}"/> or a <see cref="BufferBlock{T}"/> can be matched like this, since they return at most
    /// one output for an input; for every other block, use one of the other overloads.
    /// </summary>
    /// <typeparam name="TNext">What the block returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="block">
    /// The Dataflow block. Only this one place of one chain may post to it and receive from it. The chain links it when the first turn
    /// comes, unlinks it when the chain is disposed, and never completes it.
    /// </param>
    /// <param name="configure">
    /// Its options; no fallback. <c>Concurrency</c> is 1 by default; a higher value lets more turns wait at the block, but still one is
    /// inside at a time.
    /// </param>
    /// <returns>The longer chain.</returns>
    /// <remarks>
    /// <para>
    /// The chain guarantees that a turn never gets the output of another turn. An input goes in only when the output of the input before
    /// has come out. A turn that ends while its input is inside keeps its place until the output comes, which is dropped.
    /// </para>
    /// <para>
    /// A lost output, such as that of a delegate that throws an <see cref="OperationCanceledException"/>, cannot be seen from outside: its
    /// turn ends by its budget, so set one. The output of a turn that is over counts as overdue after the block's total budget, else the
    /// chain's, else 30 s, but not before the turn's <see cref="ChainOptions.Grace"/> has passed. From then on the turns that wait, and
    /// those that come, end at once with a <see cref="Turns.BlockFailedException"/> that says so; when the output comes after all, the
    /// block serves again.
    /// </para>
    /// <para>
    /// An output that comes while no input is inside, and a block that completes or faults, take the block out: the turn inside, those that
    /// wait and all further ones end with a <see cref="Turns.BlockFailedException"/>, whose inner exception is the block's.
    /// </para>
    /// </remarks>
    public ChainBuilder<TIn, TNext> Through<TNext>(string name, IPropagatorBlock<TOut, TNext> block, Action<BlockOptions<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Through(
            name,
            configure,
            defaultConcurrency: 1,
            IsOneToOne(block.GetType()) ? null : $"is a {block.GetType().Name.Split('`')[0]}, whose outputs cannot be matched to turns by their order: it may return none or several for an input. "
                + "Give Through a factory, () => block, for a block of its own for each turn; or functions that read a key from inputs and outputs.",
            (runtime, node, next) => new OrderedThrough<TOut, TNext>(runtime, node, block, next));
    }

    /// <summary>
    /// Adds a Dataflow block, or a network of them, that is created for each turn. It gets the turn's input, is completed, and must return
    /// exactly one output and complete.
    /// </summary>
    /// <typeparam name="TNext">What the block returns.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="factory">
    /// Returns a new block at each call; called by several turns at once. A network that is wrapped with
    /// <see cref="DataflowBlock.Encapsulate{TInput, TOutput}"/> must link its parts with <c>PropagateCompletion</c>.
    /// </param>
    /// <param name="configure">Its options; no fallback. Concurrency is not limited by default.</param>
    /// <returns>The longer chain.</returns>
    /// <remarks>
    /// <para>
    /// The chain guarantees that a turn never gets the output of another turn, whatever the block does: no block sees the inputs of two. A
    /// block that completes without an output, returns several before it completes, faults, or declines its input, ends its own turn with a
    /// <see cref="Turns.BlockFailedException"/> that says which of these it was; so does a factory that throws, or returns
    /// <see langword="null"/> or a block that was used before. What was thrown is the inner exception. The next turn has a new block.
    /// </para>
    /// <para>
    /// The output goes on when the block has completed, which shows that it is the only one; at the latest
    /// <see cref="ChainOptions.Grace"/> after it came, and then a warning is logged.
    /// </para>
    /// <para>
    /// Dataflow blocks complete on the thread pool, so in virtual time the first output is taken at once, and a turn whose output is lost
    /// ends by its budget.
    /// </para>
    /// </remarks>
    public ChainBuilder<TIn, TNext> Through<TNext>(string name, Func<IPropagatorBlock<TOut, TNext>> factory, Action<BlockOptions<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Through(
            name, configure, null, null, (runtime, node, next) => new PerTurnThrough<TOut, TNext>(runtime, node, factory, next));
    }

    /// <summary>Adds a Dataflow block that exists already, serves many turns at once and matches its outputs to its inputs by a key.</summary>
    /// <typeparam name="TNext">What the block returns.</typeparam>
    /// <typeparam name="TKey">The key; compared with its own equality.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="block">
    /// The Dataflow block. Only this one place of one chain may receive from it. The chain links it when the first turn comes, unlinks it
    /// when the chain is disposed, and never completes it.
    /// </param>
    /// <param name="inputKey">
    /// Returns an input's key; quick, called by several turns at once. No two inputs of the chain's life should have the same, so use a
    /// number or an identifier that is created for each turn.
    /// </param>
    /// <param name="outputKey">Returns the key of the input that an output belongs to; quick.</param>
    /// <param name="configure">Its options; no fallback. Concurrency is not limited by default.</param>
    /// <returns>The longer chain.</returns>
    /// <remarks>
    /// <para>
    /// The chain guarantees that a turn gets only an output whose key equals that of its input. Outputs may come in any order. The first
    /// one with a key is the turn's; one that no turn waits for is dropped and logged, and so is one whose key cannot be read. As long as
    /// an input is inside, a further one with the same key ends its turn with a <see cref="Turns.BlockFailedException"/>; an input keeps
    /// its key until its output comes, also after its turn is over.
    /// </para>
    /// <para>
    /// A turn whose output is lost ends by its budget, so set one. When as many inputs as <c>Capacity</c> allows (by default 1024, or
    /// <see cref="ChainOptions.MaxTurns"/> when that is more) are inside, some of turns that are over, the block counts as out of step: turns
    /// end with a <see cref="Turns.BlockFailedException"/> until outputs come. A block that completes or faults ends the turns inside and
    /// all further ones in the same way; what it threw is the inner exception.
    /// </para>
    /// </remarks>
    public ChainBuilder<TIn, TNext> Through<TNext, TKey>(
        string name,
        IPropagatorBlock<TOut, TNext> block,
        Func<TOut, TKey> inputKey,
        Func<TNext, TKey> outputKey,
        Action<BlockOptions<TOut, TNext>>? configure = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(block);
        return Keyed(name, block, null, inputKey, outputKey, configure);
    }

    /// <summary>
    /// Adds a Dataflow block that serves many turns at once, matches its outputs to its inputs by a key, and is created anew when it has
    /// failed.
    /// </summary>
    /// <typeparam name="TNext">What the block returns.</typeparam>
    /// <typeparam name="TKey">The key; compared with its own equality.</typeparam>
    /// <param name="name">Its name, unique in the chain.</param>
    /// <param name="factory">
    /// Returns a new block at each call. Called when the first turn comes, and by the next turn after the block has completed, faulted, or
    /// come out of step. The chain completes the blocks that it replaces, and the last one when it is disposed.
    /// </param>
    /// <param name="inputKey">
    /// Returns an input's key; quick, called by several turns at once. No two inputs of the chain's life should have the same, so use a
    /// number or an identifier that is created for each turn.
    /// </param>
    /// <param name="outputKey">Returns the key of the input that an output belongs to; quick.</param>
    /// <param name="configure">Its options; no fallback. Concurrency is not limited by default.</param>
    /// <returns>The longer chain.</returns>
    /// <remarks>
    /// The same guarantee as for a block that exists already. The turns inside of a block that completes or faults fail with it; those
    /// inside of one that is out of step may still get their outputs from it.
    /// </remarks>
    public ChainBuilder<TIn, TNext> Through<TNext, TKey>(
        string name,
        Func<IPropagatorBlock<TOut, TNext>> factory,
        Func<TOut, TKey> inputKey,
        Func<TNext, TKey> outputKey,
        Action<BlockOptions<TOut, TNext>>? configure = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Keyed(name, null, factory, inputKey, outputKey, configure);
    }

    ChainBuilder<TIn, TNext> Keyed<TNext, TKey>(
        string name,
        IPropagatorBlock<TOut, TNext>? block,
        Func<IPropagatorBlock<TOut, TNext>>? factory,
        Func<TOut, TKey> inputKey,
        Func<TNext, TKey> outputKey,
        Action<BlockOptions<TOut, TNext>>? configure)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(inputKey);
        ArgumentNullException.ThrowIfNull(outputKey);
        return Through(
            name,
            configure,
            null,
            null,
            (runtime, node, next) => new KeyedThrough<TOut, TNext, TKey>(runtime, node, block, factory, inputKey, outputKey, next));
    }

    ChainBuilder<TIn, TNext> Through<TNext>(
        string name,
        Action<BlockOptions<TOut, TNext>>? configure,
        int? defaultConcurrency,
        string? mistake,
        Func<ChainRuntime, BlockNode, Target<TNext>, Target<TOut>> create)
    {
        var options = new BlockOptions<TOut, TNext>();
        configure?.Invoke(options);
        BlockSettings settings = options.Settings with { Concurrency = options.Settings.Concurrency ?? defaultConcurrency };
        return Value<TNext>(
            new(name, NodeKind.Through, settings)
            {
                Output = typeof(TNext),
                ReturnsOne = true,
                Mistake = settings.Overrun == OverrunAction.Fallback
                    ? "cannot fall back: a Dataflow block cannot be stopped. Put it into a sub-chain, and give that the fallback."
                    : mistake,
            },
            (scope, next) =>
            {
                BlockNode node = scope.Node(name, settings);
                return Links.Barrier(scope, settings, Links.Queue(scope, node, create(scope.Runtime, node, next)));
            });
    }

    /// <summary>Whether a kind of block returns at most one output for an input by construction.</summary>
    static bool IsOneToOne(Type block) =>
        block.IsGenericType && block.GetGenericTypeDefinition() is var kind && (kind == typeof(TransformBlock<,>) || kind == typeof(BufferBlock<>));
}

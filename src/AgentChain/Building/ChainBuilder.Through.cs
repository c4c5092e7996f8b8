using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Engine.Interop;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain;

public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>
    /// Adds an existing Dataflow block and matches its outputs to its inputs by order. This works only for a
    /// <see cref="TransformBlock{TInput, TOutput}"/> or a <see cref="BufferBlock{T}"/>, which return at most one output per input; for any
    /// other block, use one of the other overloads.
    /// </summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="block">
    /// The Dataflow block. Only this one place in one chain may post to it and receive from it. The chain links it when the first turn
    /// arrives, unlinks it when the chain is disposed, and never completes it.
    /// </param>
    /// <param name="configure">
    /// A callback that sets the block's options; a fallback is not supported. <c>Concurrency</c> is 1 by default; a higher value lets more
    /// turns wait at the block, but only one input is inside at a time.
    /// </param>
    /// <returns>A builder for the extended chain.</returns>
    /// <remarks>
    /// <para>
    /// The chain guarantees that a turn never receives the output of another turn. An input enters only after the output of the previous
    /// input has arrived. If a turn ends while its input is inside, the input keeps its place until its output arrives, and the output is
    /// dropped.
    /// </para>
    /// <para>
    /// A lost output, for example from a delegate that throws an <see cref="OperationCanceledException"/>, cannot be detected from outside:
    /// its turn ends only when its budget runs out, so set one. The output of a turn that has ended is overdue after the block's total
    /// budget, or else the chain's, or else 30 s, but not before the turn's <see cref="ChainOptions.Grace"/> has passed. From then on,
    /// waiting and new turns end immediately with a <see cref="BlockFailedException"/> that states the reason; if the output arrives
    /// after all, the block serves turns again.
    /// </para>
    /// <para>
    /// If an output arrives while no input is inside, or the block completes or faults, the block is out of service: the turn inside, the
    /// waiting turns and all later turns end with a <see cref="BlockFailedException"/>, whose inner exception is the block's.
    /// </para>
    /// </remarks>
    public ChainBuilder<TIn, TNext> Through<TNext>(
        string name, IPropagatorBlock<TOut, TNext> block, Action<BlockSetup<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Through(
            name,
            configure,
            defaultConcurrency: 1,
            IsOneToOne(block.GetType()) ? null : $"is a {block.GetType().Name.Split('`')[0]}, whose outputs cannot be matched to turns by their order: it can return none or several for an input. "
                + "Give Through a factory, () => block, which creates a block for each turn, or functions that read a key from inputs and outputs.",
            (runtime, node, next) => new OrderedThrough<TOut, TNext>(runtime, node, block, next));
    }

    /// <summary>
    /// Adds a Dataflow block, or a network of them, that is created for each turn. The block receives the turn's input, is completed, and
    /// must return exactly one output and complete.
    /// </summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="factory">
    /// A function that returns a new block for each call; several turns can call it concurrently. A network that is wrapped with
    /// <see cref="DataflowBlock.Encapsulate{TInput, TOutput}"/> must link its parts with <c>PropagateCompletion</c>.
    /// </param>
    /// <param name="configure">
    /// A callback that sets the block's options; a fallback is not supported. Concurrency is not limited by default.
    /// </param>
    /// <returns>A builder for the extended chain.</returns>
    /// <remarks>
    /// <para>
    /// The chain guarantees that a turn never receives the output of another turn, whatever the block does: no block sees the inputs of two
    /// turns. A turn ends with a <see cref="BlockFailedException"/> that states the reason if its block completes without an output,
    /// returns several before it completes, faults, or declines its input, or if the factory throws, returns <see langword="null"/>, or
    /// returns a block that was used before. The inner exception is the one that was thrown. The next turn gets a new block.
    /// </para>
    /// <para>
    /// The output continues downstream when the block has completed, which proves that it is the only one, or at the latest
    /// <see cref="ChainOptions.Grace"/> after it arrived; a warning is then logged.
    /// </para>
    /// <para>
    /// Dataflow blocks complete on the thread pool. Therefore, in virtual time, the first output is taken immediately, and a turn whose
    /// output is lost ends when its budget runs out.
    /// </para>
    /// </remarks>
    public ChainBuilder<TIn, TNext> Through<TNext>(
        string name, Func<IPropagatorBlock<TOut, TNext>> factory, Action<BlockSetup<TOut, TNext>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Through(
            name, configure, null, null, (runtime, node, next) => new PerTurnThrough<TOut, TNext>(runtime, node, factory, next));
    }

    /// <summary>Adds an existing Dataflow block that serves many turns at once, and matches its outputs to its inputs by a key.</summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <typeparam name="TKey">The type of the key, compared with its default equality comparer.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="block">
    /// The Dataflow block. Only this one place in one chain may receive from it. The chain links it when the first turn arrives, unlinks it
    /// when the chain is disposed, and never completes it.
    /// </param>
    /// <param name="inputKey">
    /// A function that returns the key of an input; it must be quick, and several turns can call it concurrently. Keys should be unique for
    /// the life of the chain, so use a number or an identifier that is created for each turn.
    /// </param>
    /// <param name="outputKey">A function that returns the key of the input that an output belongs to; it must be quick.</param>
    /// <param name="configure">
    /// A callback that sets the block's options; a fallback is not supported. Concurrency is not limited by default.
    /// </param>
    /// <returns>A builder for the extended chain.</returns>
    /// <remarks>
    /// <para>
    /// The chain guarantees that a turn receives only an output whose key equals the key of its input. Outputs can arrive in any order. The
    /// turn receives the first output with its key; an output that no turn waits for, or whose key cannot be read, is dropped and logged.
    /// While an input is inside, another input with the same key ends its turn with a <see cref="BlockFailedException"/>. An input
    /// keeps its key until its output arrives, even after its turn has ended.
    /// </para>
    /// <para>
    /// A turn whose output is lost ends when its budget runs out, so set one. When the number of inputs inside reaches <c>Capacity</c> (by
    /// default 1024, or <see cref="ChainOptions.MaxTurns"/> if that is larger), and some belong to turns that have ended, the block is out
    /// of step: turns end with a <see cref="BlockFailedException"/> until outputs arrive. If the block completes or faults, the turns
    /// inside and all later turns end in the same way; the inner exception is the one that the block threw.
    /// </para>
    /// </remarks>
    public ChainBuilder<TIn, TNext> Through<TNext, TKey>(
        string name,
        IPropagatorBlock<TOut, TNext> block,
        Func<TOut, TKey> inputKey,
        Func<TNext, TKey> outputKey,
        Action<BlockSetup<TOut, TNext>>? configure = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(block);
        return Keyed(name, block, null, inputKey, outputKey, configure);
    }

    /// <summary>
    /// Adds a Dataflow block that serves many turns at once, matches its outputs to its inputs by a key, and is recreated after it fails.
    /// </summary>
    /// <typeparam name="TNext">The type of the output.</typeparam>
    /// <typeparam name="TKey">The type of the key, compared with its default equality comparer.</typeparam>
    /// <param name="name">The name of the block; must be unique in the chain.</param>
    /// <param name="factory">
    /// A function that returns a new block for each call. It is called when the first turn arrives, and by the next turn after the block
    /// has completed, faulted, or become out of step. The chain completes the blocks that it replaces, and the last one when it is
    /// disposed.
    /// </param>
    /// <param name="inputKey">
    /// A function that returns the key of an input; it must be quick, and several turns can call it concurrently. Keys should be unique for
    /// the life of the chain, so use a number or an identifier that is created for each turn.
    /// </param>
    /// <param name="outputKey">A function that returns the key of the input that an output belongs to; it must be quick.</param>
    /// <param name="configure">
    /// A callback that sets the block's options; a fallback is not supported. Concurrency is not limited by default.
    /// </param>
    /// <returns>A builder for the extended chain.</returns>
    /// <remarks>
    /// The guarantee is the same as for an existing block. Turns inside a block that completes or faults fail with it; turns inside a block
    /// that is out of step can still receive their outputs from it.
    /// </remarks>
    public ChainBuilder<TIn, TNext> Through<TNext, TKey>(
        string name,
        Func<IPropagatorBlock<TOut, TNext>> factory,
        Func<TOut, TKey> inputKey,
        Func<TNext, TKey> outputKey,
        Action<BlockSetup<TOut, TNext>>? configure = null)
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
        Action<BlockSetup<TOut, TNext>>? configure)
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
        Action<BlockSetup<TOut, TNext>>? configure,
        int? defaultConcurrency,
        string? mistake,
        Func<ChainRuntime, BlockNode, Target<TNext>, Target<TOut>> create)
    {
        var options = new BlockSetup<TOut, TNext>();
        configure?.Invoke(options);
        BlockSettings settings = options.Settings with { Concurrency = options.Settings.Concurrency ?? defaultConcurrency };
        return Value<TNext>(
            new(name, NodeKind.Through, settings)
            {
                Output = typeof(TNext),
                ReturnsOne = true,
                Mistake = settings.Overrun == OverrunAction.Fallback
                    ? "cannot fall back: a Dataflow block cannot be stopped. Put it in a sub-chain, and give the sub-chain the fallback."
                    : mistake,
            },
            (scope, next) =>
            {
                BlockNode node = scope.Node(name, settings);
                return Links.Barrier(scope, settings, Links.Queue(scope, node, create(scope.Runtime, node, next)));
            });
    }

    /// <summary>Determines whether a type of block returns at most one output per input by construction.</summary>
    static bool IsOneToOne(Type block) =>
        block.IsGenericType && block.GetGenericTypeDefinition() is var kind
        && (kind == typeof(TransformBlock<,>) || kind == typeof(BufferBlock<>));
}

namespace AgentChain.Blocks.Batching;

/// <summary>Adds micro-batches to blocks.</summary>
public static class BatchExtensions
{
    /// <summary>
    /// Makes a block that works on lists a block for single items, which gathers the items of several turns; see
    /// <see cref="BatchedBlock{TIn,TOut}"/>.
    /// </summary>
    /// <typeparam name="TIn">The type of an item.</typeparam>
    /// <typeparam name="TOut">The type of the output of an item.</typeparam>
    /// <param name="block">The block: it returns one output for each input, in their order. Pure or idempotent.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <returns>The block for single items.</returns>
    /// <exception cref="ArgumentException">The block has commit hooks, so it keeps state for each run.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="block"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static BatchedBlock<TIn, TOut> Batched<TIn, TOut>(
        this IBlock<IReadOnlyList<TIn>, IReadOnlyList<TOut>> block, BatchOptions? options = null) => new(block, options);
}

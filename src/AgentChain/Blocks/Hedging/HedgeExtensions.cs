namespace AgentChain.Blocks.Hedging;

/// <summary>Adds hedging to blocks.</summary>
public static class HedgeExtensions
{
    /// <summary>Starts a second attempt of a block when the first takes longer than usual; see <see cref="HedgedBlock{TIn,TOut}"/>.</summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="block">The block; pure or idempotent.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <returns>The hedged block.</returns>
    /// <exception cref="ArgumentException">The block has commit hooks, so it keeps state for each run.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="block"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static HedgedBlock<TIn, TOut> Hedged<TIn, TOut>(this IBlock<TIn, TOut> block, HedgeOptions? options = null) => new(block, options);

    /// <summary>
    /// Starts a second attempt of a stream block when its first item takes longer than usual; see
    /// <see cref="HedgedStreamBlock{TIn,TOut}"/>.
    /// </summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the items.</typeparam>
    /// <param name="block">The block; pure or idempotent.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <returns>The hedged block.</returns>
    /// <exception cref="ArgumentException">The block has commit hooks, so it keeps state for each run.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="block"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static HedgedStreamBlock<TIn, TOut> Hedged<TIn, TOut>(this IStreamBlock<TIn, TOut> block, HedgeOptions? options = null) =>
        new(block, options);

    internal static T Checked<T>(T block)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(block);
        return block is ICommitHooks
            ? throw new ArgumentException(
                $"{block.GetType().Name} has commit hooks: it keeps state for each run, and a hedged run can have two attempts. Hedge the calls inside the block.",
                nameof(block))
            : block;
    }
}

using System.Runtime.CompilerServices;

namespace AgentChain.Blocks;

/// <summary>Rules for a block whose budget runs out: report, cancel, or fall back.</summary>
public static class Overrun
{
    /// <summary>Gets the rule that only reports; the default.</summary>
    public static OverrunAction Report => OverrunAction.Report;

    /// <summary>Gets the rule that ends the turn as <c>DeadlineExceeded</c>.</summary>
    public static OverrunAction Cancel => OverrunAction.Cancel;

    /// <summary>Puts a value in the place of the block's output.</summary>
    /// <typeparam name="T">The block's output.</typeparam>
    /// <param name="value">The value; for a stream, its only item.</param>
    /// <returns>The rule.</returns>
    public static FallbackValue<T> Fallback<T>(T value) => new(value);

    /// <summary>Runs another block in the place of the one that was too slow.</summary>
    /// <typeparam name="TIn">The block's input.</typeparam>
    /// <typeparam name="TOut">The block's output.</typeparam>
    /// <param name="block">The other block; it gets the same input and the turn's token.</param>
    /// <returns>The rule.</returns>
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(IBlock<TIn, TOut> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return new(block);
    }

    /// <summary>Runs a synchronous, cheap step in the place of the block that was too slow.</summary>
    /// <typeparam name="TIn">The block's input.</typeparam>
    /// <typeparam name="TOut">The block's output.</typeparam>
    /// <param name="invoke">The step; it is given the same input.</param>
    /// <returns>The rule.</returns>
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, TOut> invoke) => new(new QueuedSyncBlock<TIn, TOut>(Lambdas.Of(invoke)));

    /// <summary>Runs a synchronous, cheap step in the place of the block that was too slow.</summary>
    /// <typeparam name="TIn">The block's input.</typeparam>
    /// <typeparam name="TOut">The block's output.</typeparam>
    /// <param name="invoke">The step; it is given the same input, and the turn.</param>
    /// <returns>The rule.</returns>
    [OverloadResolutionPriority(-1)]
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, BlockContext, TOut> invoke) => new(new QueuedSyncBlock<TIn, TOut>(Lambdas.Of(invoke)));

    /// <summary>Runs an asynchronous step in the place of the block that was too slow.</summary>
    /// <typeparam name="TIn">The block's input.</typeparam>
    /// <typeparam name="TOut">The block's output.</typeparam>
    /// <param name="invoke">The step; it is given the same input, and the turn's token.</param>
    /// <returns>The rule.</returns>
    [OverloadResolutionPriority(2)]
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, CancellationToken, ValueTask<TOut>> invoke) => new(Lambdas.Of(invoke));

    /// <summary>Runs an asynchronous step in the place of the block that was too slow.</summary>
    /// <typeparam name="TIn">The block's input.</typeparam>
    /// <typeparam name="TOut">The block's output.</typeparam>
    /// <param name="invoke">The step; it is given the same input, and the turn's token.</param>
    /// <returns>The rule.</returns>
    [OverloadResolutionPriority(1)]
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, CancellationToken, Task<TOut>> invoke) => new(Lambdas.OfTask(invoke));

    /// <summary>Runs an asynchronous step in the place of the block that was too slow.</summary>
    /// <typeparam name="TIn">The block's input.</typeparam>
    /// <typeparam name="TOut">The block's output.</typeparam>
    /// <param name="invoke">The step; it is given the same input, the turn, and the turn's token.</param>
    /// <returns>The rule.</returns>
    [OverloadResolutionPriority(2)]
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, ValueTask<TOut>> invoke) => new(Lambdas.Of(invoke));

    /// <summary>Runs an asynchronous step in the place of the block that was too slow.</summary>
    /// <typeparam name="TIn">The block's input.</typeparam>
    /// <typeparam name="TOut">The block's output.</typeparam>
    /// <param name="invoke">The step; it is given the same input, the turn, and the turn's token.</param>
    /// <returns>The rule.</returns>
    [OverloadResolutionPriority(1)]
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, Task<TOut>> invoke) => new(Lambdas.OfTask(invoke));
}

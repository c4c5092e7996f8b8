using System.Runtime.CompilerServices;
using AgentChain.Blocks;

namespace AgentChain;

/// <summary>Provides the rules for a block that exceeds its budget: report, cancel, or fall back.</summary>
public static class Overrun
{
    /// <summary>Gets the rule that only reports the overrun. This is the default.</summary>
    public static OverrunAction Report => OverrunAction.Report;

    /// <summary>Gets the rule that ends the turn as <c>DeadlineExceeded</c>.</summary>
    public static OverrunAction Cancel => OverrunAction.Cancel;

    /// <summary>Creates a rule that replaces the block's output with a value.</summary>
    /// <typeparam name="T">The type of the block's output.</typeparam>
    /// <param name="value">The value; for a stream, its only item.</param>
    /// <returns>The rule.</returns>
    public static FallbackValue<T> Fallback<T>(T value) => new(value);

    /// <summary>Creates a rule that runs another block instead of the one that was too slow.</summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="block">The other block. It receives the same input and the turn's token.</param>
    /// <returns>The rule.</returns>
    /// <remarks>
    /// Reports, logs and telemetry name the other block <c>block fallback</c>, after the block that was too slow; Build rejects a third
    /// block of that name. It has no budget and no options of its own.
    /// </remarks>
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(IBlock<TIn, TOut> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return new(block);
    }

    /// <summary>Creates a rule that runs a synchronous, cheap block instead of the one that was too slow.</summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="block">The other block. It receives the same input.</param>
    /// <returns>The rule.</returns>
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(ISyncBlock<TIn, TOut> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return new(new QueuedSyncBlock<TIn, TOut>(block));
    }

    /// <summary>Creates a rule that runs a synchronous, cheap step instead of the block that was too slow.</summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="invoke">The step. It receives the same input.</param>
    /// <returns>The rule.</returns>
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, TOut> invoke) =>
        new(new QueuedSyncBlock<TIn, TOut>(Lambdas.Of(invoke)));

    /// <summary>Creates a rule that runs a synchronous, cheap step instead of the block that was too slow.</summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="invoke">The step. It receives the same input and the context of the turn.</param>
    /// <returns>The rule.</returns>
    [OverloadResolutionPriority(-1)]
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, BlockContext, TOut> invoke) =>
        new(new QueuedSyncBlock<TIn, TOut>(Lambdas.Of(invoke)));

    /// <summary>Creates a rule that runs an asynchronous step instead of the block that was too slow.</summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="invoke">The step. It receives the same input and the turn's token.</param>
    /// <returns>The rule.</returns>
    [OverloadResolutionPriority(2)]
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, CancellationToken, ValueTask<TOut>> invoke) =>
        new(Lambdas.Of(invoke));

    /// <summary>Creates a rule that runs an asynchronous step instead of the block that was too slow.</summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="invoke">The step. It receives the same input and the turn's token.</param>
    /// <returns>The rule.</returns>
    [OverloadResolutionPriority(1)]
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, CancellationToken, Task<TOut>> invoke) =>
        new(Lambdas.OfTask(invoke));

    /// <summary>Creates a rule that runs an asynchronous step instead of the block that was too slow.</summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="invoke">The step. It receives the same input, the context of the turn, and the turn's token.</param>
    /// <returns>The rule.</returns>
    [OverloadResolutionPriority(2)]
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, ValueTask<TOut>> invoke) =>
        new(Lambdas.Of(invoke));

    /// <summary>Creates a rule that runs an asynchronous step instead of the block that was too slow.</summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="invoke">The step. It receives the same input, the context of the turn, and the turn's token.</param>
    /// <returns>The rule.</returns>
    [OverloadResolutionPriority(1)]
    public static FallbackBlock<TIn, TOut> FallbackTo<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, Task<TOut>> invoke) =>
        new(Lambdas.OfTask(invoke));
}

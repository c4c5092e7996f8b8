namespace AgentChain.Blocks;

/// <summary>A synchronous lambda as a block.</summary>
sealed class SyncLambda<TIn, TOut>(Func<TIn, BlockContext, TOut> invoke) : ISyncBlock<TIn, TOut>
{
    public TOut Invoke(TIn input, BlockContext context) => invoke(input, context);
}

/// <summary>An asynchronous lambda as a block.</summary>
sealed class AsyncLambda<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, ValueTask<TOut>> invoke) : IBlock<TIn, TOut>
{
    public ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        invoke(input, context, cancellationToken);
}

/// <summary>A streaming lambda as a block.</summary>
sealed class StreamLambda<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, IAsyncEnumerable<TOut>> invoke) : IStreamBlock<TIn, TOut>
{
    public IAsyncEnumerable<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        invoke(input, context, cancellationToken);
}

/// <summary>A lambda that publishes hypotheses as a block.</summary>
sealed class RevisingLambda<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, IAsyncEnumerable<Hypothesis<TOut>>> invoke) : IRevisingBlock<TIn, TOut>
{
    public IAsyncEnumerable<Hypothesis<TOut>> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        invoke(input, context, cancellationToken);
}

/// <summary>Creates blocks from the shapes of lambdas that hosts write.</summary>
static class Lambdas
{
    public static SyncLambda<TIn, TOut> Of<TIn, TOut>(Func<TIn, TOut> invoke)
    {
        ArgumentNullException.ThrowIfNull(invoke);
        return new((input, _) => invoke(input));
    }

    public static SyncLambda<TIn, TOut> Of<TIn, TOut>(Func<TIn, BlockContext, TOut> invoke)
    {
        ArgumentNullException.ThrowIfNull(invoke);
        return new(invoke);
    }

    public static AsyncLambda<TIn, TOut> Of<TIn, TOut>(Func<TIn, CancellationToken, ValueTask<TOut>> invoke)
    {
        ArgumentNullException.ThrowIfNull(invoke);
        return new((input, _, token) => invoke(input, token));
    }

    public static AsyncLambda<TIn, TOut> Of<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, ValueTask<TOut>> invoke)
    {
        ArgumentNullException.ThrowIfNull(invoke);
        return new(invoke);
    }

    public static AsyncLambda<TIn, TOut> OfTask<TIn, TOut>(Func<TIn, CancellationToken, Task<TOut>> invoke)
    {
        ArgumentNullException.ThrowIfNull(invoke);
        return new((input, _, token) => Await(invoke(input, token)));
    }

    public static AsyncLambda<TIn, TOut> OfTask<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, Task<TOut>> invoke)
    {
        ArgumentNullException.ThrowIfNull(invoke);
        return new((input, context, token) => Await(invoke(input, context, token)));
    }

    public static StreamLambda<TIn, TOut> OfStream<TIn, TOut>(Func<TIn, CancellationToken, IAsyncEnumerable<TOut>> invoke)
    {
        ArgumentNullException.ThrowIfNull(invoke);
        return new((input, _, token) => invoke(input, token));
    }

    public static StreamLambda<TIn, TOut> OfStream<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, IAsyncEnumerable<TOut>> invoke)
    {
        ArgumentNullException.ThrowIfNull(invoke);
        return new(invoke);
    }

    public static RevisingLambda<TIn, TOut> OfRevising<TIn, TOut>(Func<TIn, CancellationToken, IAsyncEnumerable<Hypothesis<TOut>>> invoke)
    {
        ArgumentNullException.ThrowIfNull(invoke);
        return new((input, _, token) => invoke(input, token));
    }

    public static RevisingLambda<TIn, TOut> OfRevising<TIn, TOut>(Func<TIn, BlockContext, CancellationToken, IAsyncEnumerable<Hypothesis<TOut>>> invoke)
    {
        ArgumentNullException.ThrowIfNull(invoke);
        return new(invoke);
    }

    static ValueTask<TOut> Await<TOut>(Task<TOut>? running) =>
        new(running ?? throw new InvalidOperationException("The step returned null in place of a task; return a Task, or write the step with async."));
}

/// <summary>A synchronous block that was given a queue, a budget or a device, and so runs like any other.</summary>
sealed class QueuedSyncBlock<TIn, TOut>(ISyncBlock<TIn, TOut> block) : IBlock<TIn, TOut>
{
    public ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        new(block.Invoke(input, context));
}

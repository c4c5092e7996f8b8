namespace AgentChain.Blocks;

/// <summary>Creates blocks from the lambda signatures that hosts can use.</summary>
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

    public static RevisingLambda<TIn, TOut> OfRevising<TIn, TOut>(
        Func<TIn, BlockContext, CancellationToken, IAsyncEnumerable<Hypothesis<TOut>>> invoke)
    {
        ArgumentNullException.ThrowIfNull(invoke);
        return new(invoke);
    }

    static ValueTask<TOut> Await<TOut>(Task<TOut>? running) =>
        new(running ?? throw new InvalidOperationException("The step returned null instead of a task; return a Task, or make the step async."));
}

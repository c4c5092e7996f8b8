using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace AgentChain.Engine.Primitives;

/// <summary>
/// Awaits the value tasks of a host's code. A source that throws when it is given a continuation would crash the process from a plain
/// await, and one that calls a continuation twice would run the rest of the method twice, side by side; here, the await throws what the
/// source throws, and continues once.
/// </summary>
static class HostAwait
{
    public static HostValueTask<T> Guarded<T>(this ValueTask<T> task) => new(task.GetAwaiter(), null);

    public static HostValueTask Guarded(this ValueTask task) => new(task.GetAwaiter(), null);

    /// <summary>A stream whose value tasks are awaited so.</summary>
    public static HostStream<T> Guarded<T>(this IAsyncEnumerable<T> stream) => new(stream);

    /// <summary>A task for it, for an await that has to come back to the chain's scheduler whatever the source does.</summary>
    public static async Task<T> AsGuardedTask<T>(this ValueTask<T> task) => await task.Guarded();

    /// <summary>A task for it, for an await that has to come back to the chain's scheduler whatever the source does.</summary>
    public static async Task AsGuardedTask(this ValueTask task) => await task.Guarded();

    internal readonly struct HostValueTask<T>(ValueTaskAwaiter<T> awaiter, OneContinuation? one) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => awaiter.IsCompleted;

        public HostValueTask<T> GetAwaiter() => one is not null || awaiter.IsCompleted ? this : new(awaiter, new());

        public T GetResult()
        {
            one?.Check(awaiter.IsCompleted);
            return awaiter.GetResult();
        }

        public void OnCompleted(Action continuation) => one!.Set(awaiter, continuation);

        public void UnsafeOnCompleted(Action continuation) => one!.Set(awaiter, continuation);
    }

    internal readonly struct HostValueTask(ValueTaskAwaiter awaiter, OneContinuation? one) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => awaiter.IsCompleted;

        public HostValueTask GetAwaiter() => one is not null || awaiter.IsCompleted ? this : new(awaiter, new());

        public void GetResult()
        {
            one?.Check(awaiter.IsCompleted);
            awaiter.GetResult();
        }

        public void OnCompleted(Action continuation) => one!.Set(awaiter, continuation);

        public void UnsafeOnCompleted(Action continuation) => one!.Set(awaiter, continuation);
    }

    internal readonly struct HostStream<T>(IAsyncEnumerable<T> stream)
    {
        public Enumerator GetAsyncEnumerator() => new(stream.GetAsyncEnumerator());

        internal readonly struct Enumerator(IAsyncEnumerator<T> items)
        {
            public T Current => items.Current;

            public HostValueTask<bool> MoveNextAsync() => items.MoveNextAsync().Guarded();

            public HostValueTask DisposeAsync() => items.DisposeAsync().Guarded();
        }
    }

    /// <summary>The continuation of one wait, which runs once however often a source calls it. Never used again: the next wait's must not be met by a call that is left over.</summary>
    internal sealed class OneContinuation
    {
        readonly Action _run;
        Action? _continuation;
        Exception? _refusal;

        public OneContinuation() => _run = () => Interlocked.Exchange(ref _continuation, null)?.Invoke();

        /// <summary>Sets the continuation; where that throws, continues at once, and the result is asked for as it is.</summary>
        public void Set<TAwaiter>(TAwaiter awaiter, Action continuation)
            where TAwaiter : ICriticalNotifyCompletion
        {
            Volatile.Write(ref _continuation, continuation);
            try
            {
                awaiter.UnsafeOnCompleted(_run);
            }
            catch (Exception error)
            {
                _refusal = error;
                _run();
            }
        }

        /// <summary>Throws where the wait ended although the source has not completed.</summary>
        public void Check(bool isCompleted)
        {
            if (!isCompleted)
            {
                ExceptionDispatchInfo.Throw(_refusal ?? new InvalidOperationException("The awaitable continued before it was completed."));
            }
        }
    }
}

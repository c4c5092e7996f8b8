using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace AgentChain.Engine.Primitives;

/// <summary>
/// Awaits the value tasks of host code. With a plain await, a source that throws when it receives a continuation would crash the process,
/// and a source that calls a continuation twice would run the rest of the method twice, concurrently. Here, the await throws the exception
/// of the source, and continues once.
/// </summary>
static class HostAwait
{
    public static HostValueTask<T> Guarded<T>(this ValueTask<T> task) => new(task.GetAwaiter(), null);

    public static HostValueTask Guarded(this ValueTask task) => new(task.GetAwaiter(), null);

    /// <summary>Guards the value tasks of a stream in the same way.</summary>
    public static HostStream<T> Guarded<T>(this IAsyncEnumerable<T> stream) => new(stream);

    /// <summary>Converts a value task to a task, for an await that must return to the chain's scheduler whatever the source does.</summary>
    public static async Task<T> AsGuardedTask<T>(this ValueTask<T> task) => await task.Guarded();

    /// <summary>Converts a value task to a task, for an await that must return to the chain's scheduler whatever the source does.</summary>
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

    /// <summary>
    /// The continuation of one wait, which runs once however often a source calls it. Never reused: a late call must not resume the next
    /// wait.
    /// </summary>
    internal sealed class OneContinuation
    {
        readonly Action _run;
        Action? _continuation;
        Exception? _refusal;

        public OneContinuation() => _run = () => Interlocked.Exchange(ref _continuation, null)?.Invoke();

        /// <summary>
        /// Sets the continuation. If that throws, continues immediately, and <see cref="Check"/> rethrows the exception unless the result
        /// is available.
        /// </summary>
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

        /// <summary>Throws if the wait ended although the source has not completed.</summary>
        public void Check(bool isCompleted)
        {
            if (!isCompleted)
            {
                ExceptionDispatchInfo.Throw(_refusal ?? new InvalidOperationException("The awaitable continued before it was completed."));
            }
        }
    }
}

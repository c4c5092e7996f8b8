using System.Runtime.CompilerServices;

namespace AgentChain.Flow;

/// <summary>
/// Awaits the value tasks of a host's blocks. A source that throws when it is given a continuation would crash the process from a plain
/// await; here, the await throws what the source throws. A source that continues twice would run the rest of the method twice; here, only
/// the first call counts.
/// </summary>
static class HostAwait
{
    public static HostValueTask<T> Guarded<T>(this ValueTask<T> task) => new(task);

    public static HostValueTask Guarded(this ValueTask task) => new(task);

    /// <summary>A stream whose value tasks are awaited so.</summary>
    public static HostStream<T> Guarded<T>(this IAsyncEnumerable<T> stream) => new(stream);

    /// <summary>Sets a continuation; where that throws, continues at once, and the result is asked for as it is.</summary>
    static void Continue<TAwaiter>(TAwaiter awaiter, Action continuation)
        where TAwaiter : ICriticalNotifyCompletion
    {
        var once = new Once(continuation);
        try
        {
            awaiter.UnsafeOnCompleted(once.Continue);
        }
        catch (Exception)
        {
            once.Continue();
        }
    }

    /// <summary>A continuation that runs once, however often it is called.</summary>
    sealed class Once(Action continuation)
    {
        Action? _continuation = continuation;

        public void Continue() => Interlocked.Exchange(ref _continuation, null)?.Invoke();
    }

    internal readonly struct HostValueTask<T>(ValueTask<T> task) : ICriticalNotifyCompletion
    {
        readonly ValueTaskAwaiter<T> _awaiter = task.GetAwaiter();

        public bool IsCompleted => _awaiter.IsCompleted;

        public HostValueTask<T> GetAwaiter() => this;

        public T GetResult() => _awaiter.GetResult();

        public void OnCompleted(Action continuation) => Continue(_awaiter, continuation);

        public void UnsafeOnCompleted(Action continuation) => Continue(_awaiter, continuation);
    }

    internal readonly struct HostValueTask(ValueTask task) : ICriticalNotifyCompletion
    {
        readonly ValueTaskAwaiter _awaiter = task.GetAwaiter();

        public bool IsCompleted => _awaiter.IsCompleted;

        public HostValueTask GetAwaiter() => this;

        public void GetResult() => _awaiter.GetResult();

        public void OnCompleted(Action continuation) => Continue(_awaiter, continuation);

        public void UnsafeOnCompleted(Action continuation) => Continue(_awaiter, continuation);
    }

    internal readonly struct HostStream<T>(IAsyncEnumerable<T> stream)
    {
        public Enumerator GetAsyncEnumerator() => new(stream.GetAsyncEnumerator());

        internal readonly struct Enumerator(IAsyncEnumerator<T> items)
        {
            public T Current => items.Current;

            public HostValueTask<bool> MoveNextAsync() => new(items.MoveNextAsync());

            public HostValueTask DisposeAsync() => new(items.DisposeAsync());
        }
    }
}

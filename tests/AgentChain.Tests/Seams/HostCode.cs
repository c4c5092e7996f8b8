using System.Threading.Tasks.Sources;

namespace AgentChain.Tests.Seams;

/// <summary>Host code that misbehaves in one way, while the test requests it.</summary>
sealed class HostCode(Misbehavior how) : IDisposable
{
    readonly List<IDisposable> _owned = [];
    int _times;

    public Misbehavior How => how;

    /// <summary>Gets or sets whether it misbehaves.</summary>
    public bool IsBad { get; set; }

    /// <summary>Gets or sets how often it misbehaves at most.</summary>
    public int Most { get; set; } = int.MaxValue;

    /// <summary>Gets how often it has misbehaved.</summary>
    public int Times => Volatile.Read(ref _times);

    /// <summary>Disposes of something when the test is over.</summary>
    public T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    public void Dispose() => _owned.ForEach(o => o.Dispose());

    /// <summary>Says whether to misbehave now, and counts it.</summary>
    public bool Strikes()
    {
        if (!IsBad || Times >= Most)
        {
            return false;
        }

        Interlocked.Increment(ref _times);
        return true;
    }

    /// <summary>A call that returns nothing.</summary>
    public void Act()
    {
        if (Strikes())
        {
            throw new HostException();
        }
    }

    /// <summary>A call that returns a value.</summary>
    public T Return<T>(T good) => Return(good, default!);

    /// <summary>A call that returns a value, or lies.</summary>
    public T Return<T>(T good, T lie)
    {
        if (!Strikes())
        {
            return good;
        }

        return how switch
        {
            Misbehavior.ReturnsNull => default!,
            Misbehavior.Lies => lie,
            _ => throw new HostException(),
        };
    }

    /// <summary>A call that returns a value task.</summary>
    public ValueTask<T> ReturnAsync<T>(T good) => ReturnAsync(good, default!);

    /// <summary>A call that returns a value task, or lies.</summary>
    public ValueTask<T> ReturnAsync<T>(T good, T lie)
    {
        if (!Strikes())
        {
            return new(good);
        }

        return how switch
        {
            Misbehavior.ThrowsLater => ThrowLaterAsync<T>(),
            Misbehavior.NeverReturns => new(new TaskCompletionSource<T>().Task),
            Misbehavior.Stale or Misbehavior.CannotBeAwaited => new(new BrokenSource<T>(how), 0),
            Misbehavior.ReturnsNull or Misbehavior.Lies => new(lie),
            _ => throw new HostException(),
        };
    }

    /// <summary>A call that returns a task.</summary>
    public Task<T> ReturnTask<T>(T good) => How == Misbehavior.ReturnsNull && Strikes() ? null! : ReturnAsync(good).AsTask();

    /// <summary>A call that returns a value task without a result.</summary>
    public ValueTask ActAsync()
    {
        if (!Strikes())
        {
            return default;
        }

        return how switch
        {
            Misbehavior.ThrowsLater => new(ThrowLaterAsync<int>().AsTask()),
            Misbehavior.NeverReturns => new(new TaskCompletionSource().Task),
            Misbehavior.Stale or Misbehavior.CannotBeAwaited => new(new BrokenSource<int>(how), 0),
            _ => throw new HostException(),
        };
    }

    /// <summary>A call that returns a stream, here of one item.</summary>
    public IAsyncEnumerable<T> Stream<T>(params T[] good)
    {
        if (!Strikes())
        {
            return Items(good);
        }

        return how switch
        {
            Misbehavior.Throws => throw new HostException(),
            Misbehavior.ReturnsNull => null!,
            Misbehavior.NeverReturns or Misbehavior.Stale or Misbehavior.CannotBeAwaited => new BrokenStream<T>(how),
            _ => ItemThenThrow(good[0]),
        };
    }

    static async IAsyncEnumerable<T> Items<T>(T[] items)
    {
        foreach (T item in items)
        {
            await Task.Yield();
            yield return item;
        }
    }

    static async IAsyncEnumerable<T> ItemThenThrow<T>(T item)
    {
        await Task.Yield();
        yield return item;
        throw new HostException();
    }

    static async ValueTask<T> ThrowLaterAsync<T>()
    {
        await Task.Yield();
        throw new HostException();
    }

    /// <summary>The source of a value task that was consumed before, or that cannot be awaited.</summary>
    sealed class BrokenSource<T>(Misbehavior how) : IValueTaskSource<T>, IValueTaskSource
    {
        public T GetResult(short token) => throw new HostException();

        void IValueTaskSource.GetResult(short token) => throw new HostException();

        public ValueTaskSourceStatus GetStatus(short token) =>
            how == Misbehavior.CannotBeAwaited ? ValueTaskSourceStatus.Pending : throw new HostException();

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            throw new HostException();
    }

    /// <summary>A stream whose enumerator answers with value tasks that never complete or are broken.</summary>
    sealed class BrokenStream<T>(Misbehavior how) : IAsyncEnumerable<T>, IAsyncEnumerator<T>
    {
        public T Current => throw new HostException();

        public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() =>
            how == Misbehavior.NeverReturns ? new(new TaskCompletionSource<bool>().Task) : new(new BrokenSource<bool>(how), 0);

        public ValueTask DisposeAsync() => default;
    }
}

using System.Runtime.InteropServices;
using AgentChain.Budgets;

namespace AgentChain.Engine.Deadlines;

/// <summary>
/// Threads that fire cancellation tokens, whose callbacks can be arbitrary, slow host code. The deadlines and callers that interrupt a turn
/// do not wait for the callbacks, and the callbacks do not wait for the thread pool. A callback that never returns blocks only its own
/// thread.
/// <code>
///   Run ──(1) a thread is idle ──────────────> it takes the source
///     ├───(2) few threads ──────────────────> a new thread takes it
///     └───(3) all are busy ── later check ──> no source taken since: as many new threads
/// </code>
/// Without the delay in (3) or the limit in (2), a thousand turns that end at once would start a thousand threads.
/// </summary>
/// <param name="lookLater">A callback that calls <see cref="OnDue"/> after <see cref="LookAfter"/>.</param>
/// <param name="name">The prefix of the threads' names.</param>
sealed class CancellationThreads(Action<CancellationThreads> lookLater, string name) : DeadlineEntry
{
    const int Eager = 2;
    public static readonly TimeSpan LookAfter = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(2);

    readonly object _lock = new();
    readonly Queue<CancellationTokenSource> _waiting = new();
    int _threads;

    /// <summary>The number of threads that wait for a source, and of threads that were started and have not run yet.</summary>
    int _idle;
    int _starting;
    long _taken;
    long _takenAtLook;
    bool _isWatched;
    bool _isStopped;

    /// <summary>Fires a token on one of the threads.</summary>
    public void Run(CancellationTokenSource source) => Run(new ReadOnlySpan<CancellationTokenSource>(in source));

    /// <summary>Fires the tokens on the threads, and empties the list.</summary>
    public void Run(List<CancellationTokenSource> sources)
    {
        if (sources.Count > 0)
        {
            Run(CollectionsMarshal.AsSpan(sources));
            sources.Clear();
        }
    }

    void Run(ReadOnlySpan<CancellationTokenSource> sources)
    {
        bool watch = false;
        int start = 0;
        lock (_lock)
        {
            foreach (CancellationTokenSource source in sources)
            {
                _waiting.Enqueue(source);
            }

            if (_waiting.Count <= _idle)
            {
                Wake(sources.Length);
            }
            else if (_threads < Eager || _isStopped)
            {
                // After the chain is disposed, no deadline fires, so no later check would start a thread.
                start = Math.Clamp(Eager - _threads, 1, sources.Length);
                _threads += start;
                _starting += start;
                Wake(_idle);
            }
            else
            {
                watch = !_isWatched;
                _isWatched = true;
                Wake(_idle);
            }
        }

        Start(start);
        if (watch)
        {
            Look();
        }
    }

    /// <summary>Wakes some of the threads that wait for a source. Under the lock.</summary>
    void Wake(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Lets the threads end when there are no tokens left to fire.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            Monitor.PulseAll(_lock);
        }
    }

    internal override void OnDue(long now)
    {
        int start = 0;
        lock (_lock)
        {
            _isWatched = _waiting.Count > 0;
            if (!_isWatched)
            {
                return;
            }

            // A busy machine is not a blocked callback: threads that were started but have not run yet are as good as more of them.
            if (_taken == _takenAtLook && _starting == 0 && _waiting.Count > _idle)
            {
                start = Math.Min(_waiting.Count - _idle, Math.Max(1, _threads));
                _threads += start;
                _starting += start;
            }

            _takenAtLook = _taken;
        }

        Start(start);
        Look();
    }

    void Look() => lookLater(this);

    void Start(int count)
    {
        for (int i = 0; i < count; i++)
        {
            try
            {
                new Thread(Serve) { IsBackground = true, Name = $"{name} cancellation" }.UnsafeStart();
            }
            catch (Exception)
            {
                // The process cannot create another thread; the thread pool is the last resort.
                ThreadPool.UnsafeQueueUserWorkItem(static threads => threads.Serve(), this, preferLocal: false);
            }
        }
    }

    void Serve()
    {
        lock (_lock)
        {
            _starting--;
        }

        while (Take() is { } source)
        {
            DeadlineWatcher.CancelInPlace(source);
        }
    }

    CancellationTokenSource? Take()
    {
        lock (_lock)
        {
            while (_waiting.Count == 0)
            {
                _idle++;
                bool woken = !_isStopped && Monitor.Wait(_lock, IdleFor);
                _idle--;
                if (!woken && _waiting.Count == 0)
                {
                    _threads--;
                    return null;
                }
            }

            _taken++;
            return _waiting.Dequeue();
        }
    }
}

using System.Collections.Concurrent;
using AgentChain.Budgets;

namespace AgentChain.Flow;

/// <summary>
/// Fires deadlines from a thread of its own, so that they are on time when the thread pool is starved. Other threads run
/// the cancellation callbacks, which may be anybody's code and slow: one, and a few more while it is held up.
/// </summary>
sealed class ThreadDeadlineWatcher(TimeProvider time, string name) : DeadlineWatcher(time)
{
    const int MaxCancellers = 4;

    readonly AutoResetEvent _sooner = new(false);
    readonly BlockingCollection<CancellationTokenSource> _cancellations = [];
    Thread? _thread;
    int _cancellers;
    int _idleCancellers;
    volatile bool _disposed;

    public override void Cancel(CancellationTokenSource source)
    {
        try
        {
            _cancellations.Add(source);
            if (_cancellations.Count > Volatile.Read(ref _idleCancellers))
            {
                StartCanceller();
            }
        }
        catch (InvalidOperationException)
        {
            // The chain was disposed as soon as its last turn had ended.
            CancelInPlace(source);
        }
    }

    public override void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _sooner.Set();
            _cancellations.CompleteAdding();
        }
    }

    /// <summary>
    /// Turns one after the other would each find the watcher with nothing to wait for, and wake it. While they come, it
    /// sleeps for a while instead of for ever, so that only a deadline sooner than that wakes it.
    /// </summary>
    protected override long LookWhenIdle(long now) => BudgetClock.Later(now, Time.TimestampFrequency / 10);

    protected override void LookSooner(long at)
    {
        if (_thread is null)
        {
            var thread = new Thread(Watch) { IsBackground = true, Name = $"{name} deadlines", Priority = ThreadPriority.Highest };
            if (Interlocked.CompareExchange(ref _thread, thread, null) is null)
            {
                thread.UnsafeStart();
            }
        }

        _sooner.Set();
    }

    void Watch()
    {
        List<IDeadline> due = [];
        while (!_disposed)
        {
            long next = Fire(due);
            if (next == long.MaxValue)
            {
                _sooner.WaitOne();
                continue;
            }

            TimeSpan wait = Time.GetElapsedTime(Time.GetTimestamp(), next);
            if (wait > TimeSpan.Zero)
            {
                _sooner.WaitOne((int)Math.Ceiling(wait.TotalMilliseconds));
            }
        }
    }

    void StartCanceller()
    {
        if (Interlocked.Increment(ref _cancellers) <= MaxCancellers)
        {
            new Thread(CancelAll) { IsBackground = true, Name = $"{name} cancellation" }.UnsafeStart();
        }
        else
        {
            Interlocked.Decrement(ref _cancellers);
        }
    }

    void CancelAll()
    {
        Interlocked.Increment(ref _idleCancellers);
        foreach (CancellationTokenSource source in _cancellations.GetConsumingEnumerable())
        {
            Interlocked.Decrement(ref _idleCancellers);
            CancelInPlace(source);
            Interlocked.Increment(ref _idleCancellers);
        }
    }
}

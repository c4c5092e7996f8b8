using AgentChain.Budgets;

namespace AgentChain.Engine.Deadlines;

/// <summary>
/// Fires deadlines from a dedicated thread, so that they are on time when the thread pool is starved. Cancellation callbacks run on
/// <see cref="CancellationThreads"/>.
/// </summary>
sealed class ThreadDeadlineWatcher : DeadlineWatcher
{
    readonly AutoResetEvent _sooner = new(false);
    readonly CancellationThreads _cancellations;
    readonly string _name;
    Thread? _thread;
    volatile bool _disposed;

    public ThreadDeadlineWatcher(TimeProvider time, string name)
        : base(time) =>
        (_name, _cancellations) = (name, new CancellationThreads(LookLater, name));

    void LookLater(CancellationThreads threads) =>
        Add(threads, BudgetClock.Later(Time.GetTimestamp(), BudgetClock.ToTicks(CancellationThreads.LookAfter, Time.TimestampFrequency)));

    public override void Cancel(CancellationTokenSource source) => _cancellations.Run(source);

    public override void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _sooner.Set();
            _cancellations.Stop();
        }
    }

    /// <summary>
    /// Each of a series of turns would find the watcher without deadlines, and wake it. While turns arrive, the watcher sleeps for a
    /// limited time instead of forever, so that only an earlier deadline wakes it.
    /// </summary>
    protected override long LookWhenIdle(long now) => BudgetClock.Later(now, Time.TimestampFrequency / 10);

    protected override void LookSooner(long at)
    {
        if (_thread is null)
        {
            var thread = new Thread(Watch) { IsBackground = true, Name = $"{_name} deadlines", Priority = ThreadPriority.Highest };
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
}

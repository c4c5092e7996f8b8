using AgentChain.Budgets;

namespace AgentChain.Engine.Deadlines;

/// <summary>
/// Fires deadlines from a dedicated thread, so that they are on time when the thread pool is starved. Cancellation callbacks run on
/// <see cref="CancellationThreads"/>.
/// </summary>
/// <remarks>
/// Tens of thousands of deadlines can pass in one instant, when a process was stopped or many turns began together. They fire in batches
/// (<see cref="DeadlineBatch"/>), and between two batches fires what has become due since, which would otherwise wait for all of them.
/// </remarks>
sealed class ThreadDeadlineWatcher : DeadlineWatcher
{
    /// <summary>The largest number of deadlines in a batch, and in one of those that have become due since.</summary>
    const int LargestBatch = 512;
    const int LargestSince = 256;

    /// <summary>The number of ends that finish together.</summary>
    const int LargestFinish = 2048;

    /// <summary>The longest time that tokens wait for the ends that remain, whose turns they would delay.</summary>
    static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(100);

    readonly DeadlineBatch _batch;
    readonly AutoResetEvent _sooner = new(false);
    readonly CancellationThreads _cancellations;
    readonly string _name;
    Thread? _thread;
    volatile bool _disposed;

    /// <param name="time">The clock.</param>
    /// <param name="name">The prefix of the threads' names.</param>
    /// <param name="common">What is done once for all turns that end in a batch.</param>
    public ThreadDeadlineWatcher(TimeProvider time, string name, Action? common = null)
        : base(time) =>
        (_name, _cancellations, _batch) = (name, new CancellationThreads(LookLater, name), new DeadlineBatch(common ?? (static () => { })));

    void LookLater(CancellationThreads threads) =>
        Add(threads, BudgetClock.Later(Time.GetTimestamp(), BudgetClock.ToTicks(CancellationThreads.LookAfter, Time.TimestampFrequency)));

    public override void Cancel(CancellationTokenSource source)
    {
        if (!_batch.TryAdd(source))
        {
            _cancellations.Run(source);
        }
    }

    public override bool TryFinishLater(IFinishes ended) => _batch.TryAdd(ended);

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

    protected override long FireDue(List<IDeadline> due)
    {
        long now = Time.GetTimestamp();
        bool isDone = TryTake(now, due, LargestBatch);
        if (due.Count <= 1)
        {
            Fire(due, now);
            return now;
        }

        long hold = BudgetClock.ToTicks(LongestHold, Time.TimestampFrequency);
        long release = now + hold;
        long since = now;
        _batch.Begin();
        Fire(due, now);
        while (!isDone)
        {
            now = Time.GetTimestamp();
            TakeSince(since, now, due, LargestSince);
            since = now;
            Fire(due, now);
            _batch.Finish(atLeast: LargestFinish);
            if (now >= release)
            {
                _cancellations.Run(_batch.Tokens);
                release = now + hold;
            }

            isDone = TryTake(now, due, LargestBatch);
            Fire(due, now);
        }

        _batch.Finish(atLeast: 1);
        _batch.End();
        _cancellations.Run(_batch.Tokens);
        return now;
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

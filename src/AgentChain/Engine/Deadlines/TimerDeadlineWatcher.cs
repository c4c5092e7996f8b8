namespace AgentChain.Engine.Deadlines;

/// <summary>
/// Fires deadlines from a timer of the chain's clock. In virtual time, everything waits on one clock and one thread, so tokens fire in
/// place; with any other clock of the host, they fire on dedicated threads, as with the system clock.
/// </summary>
sealed class TimerDeadlineWatcher : DeadlineWatcher
{
    /// <summary>The longest time that timers accept; after it, the watcher checks and waits again.</summary>
    static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    readonly ITimer _timer;
    readonly CancellationThreads? _cancellations;
    readonly ITimer? _looks;

    public TimerDeadlineWatcher(TimeProvider time, string name, bool isVirtual)
        : base(time)
    {
        _timer = time.CreateTimer(
            static state => ((TimerDeadlineWatcher)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (isVirtual)
        {
            return;
        }

        // Uses real time, because the host's clock can stop while a callback blocks a real thread.
        var threads = new CancellationThreads(_ => _looks!.Change(CancellationThreads.LookAfter, Timeout.InfiniteTimeSpan), name);
        _looks = TimeProvider.System.CreateTimer(_ => threads.OnDue(0), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _cancellations = threads;
    }

    public override void Cancel(CancellationTokenSource source)
    {
        if (_cancellations is { } threads)
        {
            threads.Run(source);
        }
        else
        {
            CancelInPlace(source);
        }
    }

    public override void Dispose()
    {
        _timer.Stop();
        _cancellations?.Stop();
        _looks?.Dispose();
    }

    protected override void LookSooner(long at) => Arm(at);

    void Look()
    {
        long next = Fire([]);
        if (next != long.MaxValue)
        {
            Arm(next);
        }
    }

    void Arm(long at)
    {
        // Timers count in whole milliseconds or ticks, but timestamps can be finer; rounds up so that a deadline never fires early.
        TimeSpan wait = Time.GetElapsedTime(Time.GetTimestamp(), at);
        _timer.Change(
            wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestTimer ? wait + TimeSpan.FromTicks(1) : LongestTimer,
            Timeout.InfiniteTimeSpan);
    }
}

using AgentChain.Budgets;

namespace AgentChain.Flow;

/// <summary>Fires deadlines from a timer of the chain's clock: in virtual time everything waits on that one clock.</summary>
sealed class TimerDeadlineWatcher : DeadlineWatcher
{
    /// <summary>Timers refuse longer times; after this one the watcher looks, and waits on.</summary>
    static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    readonly ITimer _timer;

    public TimerDeadlineWatcher(TimeProvider time)
        : base(time) =>
        _timer = time.CreateTimer(static state => ((TimerDeadlineWatcher)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public override void Cancel(CancellationTokenSource source) => CancelInPlace(source);

    public override void Dispose() => _timer.Dispose();

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
        // Timers count in whole milliseconds or ticks, timestamps may be finer: round up, never early.
        TimeSpan wait = Time.GetElapsedTime(Time.GetTimestamp(), at);
        _timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestTimer ? wait + TimeSpan.FromTicks(1) : LongestTimer, Timeout.InfiniteTimeSpan);
    }
}

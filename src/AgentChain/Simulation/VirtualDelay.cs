namespace AgentChain.Simulation;

/// <summary>A <see cref="Task.Delay(TimeSpan,TimeProvider,CancellationToken)"/> that is exact to the tick: by itself that cuts its time to whole milliseconds, and takes 49 days at most.</summary>
static class VirtualDelay
{
    /// <summary>What <see cref="Task.Delay(TimeSpan, TimeProvider)"/> accepts.</summary>
    static readonly TimeSpan LongestDelay = TimeSpan.FromDays(49);

    public static Task Of(TimeProvider time, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (delay <= TimeSpan.Zero)
        {
            return cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;
        }

        return delay.Ticks % TimeSpan.TicksPerMillisecond == 0 && delay <= LongestDelay
            ? Task.Delay(delay, time, cancellationToken)
            : Task.Delay(TimeSpan.FromMilliseconds(1), new ExactTime(time, delay), cancellationToken);
    }

    /// <summary>Sets every timer to one time.</summary>
    sealed class ExactTime(TimeProvider time, TimeSpan due) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, due, period);
    }
}

namespace AgentChain.Simulation;

/// <summary>
/// Provides a delay that is exact to the tick. <see cref="Task.Delay(TimeSpan,TimeProvider,CancellationToken)"/> truncates its time to
/// whole milliseconds and is limited to 49 days.
/// </summary>
static class VirtualDelay
{
    /// <summary>The longest delay that <see cref="Task.Delay(TimeSpan, TimeProvider)"/> accepts, in whole days.</summary>
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

    /// <summary>Sets every timer to the same due time.</summary>
    sealed class ExactTime(TimeProvider time, TimeSpan due) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, due, period);
    }
}

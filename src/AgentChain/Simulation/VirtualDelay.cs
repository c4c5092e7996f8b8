namespace AgentChain.Simulation;

/// <summary>
/// A wait that is exact to the tick; <see cref="Task.Delay(TimeSpan,TimeProvider,CancellationToken)"/> cuts its time to whole milliseconds.
/// Otherwise the same: what waits goes on in the timer's callback, or in the canceller's.
/// </summary>
sealed class VirtualDelay : TaskCompletionSource
{
    readonly ITimer _timer;
    CancellationTokenRegistration _registration;

    VirtualDelay(TimeProvider time) =>
        _timer = time.CreateTimer(static delay => ((VirtualDelay)delay!).Elapse(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public static Task Of(TimeProvider time, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        if (delay <= TimeSpan.Zero)
        {
            return Task.CompletedTask;
        }

        var made = new VirtualDelay(time);
        made._timer.Change(delay, Timeout.InfiniteTimeSpan);
        made._registration = cancellationToken.UnsafeRegister(static (state, token) => ((VirtualDelay)state!).Cancel(token), made);
        if (made.Task.IsCompleted)
        {
            made._registration.Dispose();
        }

        return made.Task;
    }

    void Elapse()
    {
        _registration.Dispose();
        _timer.Dispose();
        TrySetResult();
    }

    void Cancel(CancellationToken token)
    {
        _timer.Dispose();
        TrySetCanceled(token);
    }
}

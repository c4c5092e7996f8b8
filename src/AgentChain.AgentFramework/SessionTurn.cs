namespace AgentChain.AgentFramework;

/// <summary>One run's hold on a session. Disposing it lets the next run in.</summary>
sealed class SessionTurn : IDisposable
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _canceled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenRegistration _registration;

    public SessionTurn(CancellationToken cancellationToken) =>
        _registration = cancellationToken.UnsafeRegister(static self => ((SessionTurn)self!)._canceled.TrySetResult(), this);

    /// <summary>Completes when the run has left the session.</summary>
    public Task Done => _done.Task;

    /// <summary>Completes when the run was canceled.</summary>
    public Task Canceled => _canceled.Task;

    /// <summary>Gives up the place without having entered: the place is free when the one before it is.</summary>
    public async Task LeaveAfterAsync(Task before)
    {
        await before;
        Dispose();
    }

    public void Dispose()
    {
        _registration.Dispose();
        _done.TrySetResult();
    }
}

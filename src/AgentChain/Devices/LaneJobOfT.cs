namespace AgentChain.Devices;

sealed class LaneJob<TState, TResult>(
    TState state, Func<TState, CancellationToken, TResult> job, CancellationToken cancellationToken) : LaneJob
{
    readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    CancellationTokenRegistration _whileWaiting;
    int _taken;
    TResult? _result;
    Exception? _error;

    public Task<TResult> Task => _done.Task;

    /// <summary>Lets the token cancel the job while it waits, even if the lane is busy with another job.</summary>
    public void Watch() => _whileWaiting = cancellationToken.UnsafeRegister(static job => ((LaneJob)job!).Drop(), this);

    public override void Drop()
    {
        if (Interlocked.Exchange(ref _taken, 1) == 0)
        {
            _done.TrySetCanceled(cancellationToken);
        }
    }

    public override void Run()
    {
        if (Interlocked.Exchange(ref _taken, 1) != 0)
        {
            return;
        }

        _whileWaiting.Unregister();
        try
        {
            _result = job(state, cancellationToken);
        }
        catch (Exception error)
        {
            _error = error;
        }
    }

    public override void Fail(Exception error)
    {
        Interlocked.Exchange(ref _taken, 1);
        _whileWaiting.Unregister();
        _done.TrySetException(error);
    }

    public override void Complete()
    {
        if (_error is OperationCanceledException canceled)
        {
            _done.TrySetCanceled(canceled.CancellationToken);
        }
        else if (_error is not null)
        {
            _done.TrySetException(_error);
        }
        else
        {
            _done.TrySetResult(_result!);
        }
    }
}

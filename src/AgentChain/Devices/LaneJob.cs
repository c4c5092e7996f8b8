namespace AgentChain.Devices;

/// <summary>One job on a <see cref="DeviceLane"/>.</summary>
abstract class LaneJob
{
    /// <summary>Runs on the lane's thread and never throws.</summary>
    public abstract void Run();
}

sealed class LaneJob<TState, TResult>(
    TState state, Func<TState, CancellationToken, TResult> job, CancellationToken cancellationToken) : LaneJob
{
    readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Task => _done.Task;

    public override void Run()
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _done.TrySetCanceled(cancellationToken);
            return;
        }

        try
        {
            _done.TrySetResult(job(state, cancellationToken));
        }
        catch (OperationCanceledException canceled)
        {
            _done.TrySetCanceled(canceled.CancellationToken);
        }
        catch (Exception error)
        {
            _done.TrySetException(error);
        }
    }
}

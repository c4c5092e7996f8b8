namespace AgentChain.Polly;

/// <summary>Counts the attempts of one run that have not ended. Thread-safe.</summary>
class LiveAttempts
{
    readonly Lock _lock = new();
    int _live;
    TaskCompletionSource? _none;

    /// <summary>Completes when no attempt is left.</summary>
    public Task WhenNoneAsync()
    {
        lock (_lock)
        {
            return _live == 0
                ? Task.CompletedTask
                : (_none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    protected void Enter()
    {
        lock (_lock)
        {
            _live++;
        }
    }

    protected void Leave()
    {
        TaskCompletionSource? none;
        lock (_lock)
        {
            none = --_live == 0 ? _none : null;
        }

        none?.TrySetResult();
    }

    /// <summary>
    /// Cancels a source when a token of the pipeline is, on a task of its own: the callbacks of a block's token are host code. They can
    /// hang, and what they throw would reach a timer of the pipeline, and end the process.
    /// </summary>
    protected static CancellationTokenRegistration CancelWith(CancellationTokenSource source, CancellationToken token)
    {
        // That of the chain, which the timer of a pipeline does not have.
        TaskScheduler scheduler = TaskScheduler.Current;
        return token.UnsafeRegister(
            _ => Task.Factory.StartNew(() => Cancel(source), CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler), null);
    }

    static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (Exception error) when (error is AggregateException or ObjectDisposedException)
        {
            // A callback threw, or the attempt has ended meanwhile.
        }
    }
}

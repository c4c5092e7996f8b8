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
}

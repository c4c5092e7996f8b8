namespace AgentChain.Engine.Speculation;

/// <summary>The waits of a block for the commit of its run. Guarded by the lock of the turn's speculation.</summary>
struct CommitWaiters
{
    List<TaskCompletionSource>? _waiting;

    /// <summary>Adds a wait.</summary>
    /// <returns>The wait, to be passed to <see cref="WaitAsync"/> outside of the lock.</returns>
    public TaskCompletionSource Add()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_waiting ??= []).Add(waiting);
        return waiting;
    }

    /// <summary>Ends the waits, once the lock is released.</summary>
    public readonly void Release(TurnSpeculation speculation)
    {
        if (_waiting is { } waiting)
        {
            speculation.Do(() => waiting.ForEach(static source => source.TrySetResult()));
        }
    }

    /// <summary>Waits for the commit.</summary>
    /// <param name="waiting">The wait.</param>
    /// <param name="cancellationToken">A token that ends the wait.</param>
    public static async Task WaitAsync(TaskCompletionSource waiting, CancellationToken cancellationToken)
    {
        // Not Task.WaitAsync, whose continuations leave virtual time.
        using (cancellationToken.UnsafeRegister(static (source, token) => ((TaskCompletionSource)source!).TrySetCanceled(token), waiting))
        {
            await waiting.Task;
        }
    }
}

namespace AgentChain.Engine.Turns;

/// <summary>
/// The warm-ups of a chain's blocks. They belong to no turn, but disposal ends them like turns: a host disposes the blocks' models after
/// it.
/// </summary>
sealed class WarmUps : IDisposable
{
    readonly Lock _lock = new();
    readonly HashSet<TaskCompletionSource> _working = [];
    readonly Dictionary<(string Block, string Device), bool> _ended = [];
    readonly CancellationTokenSource _closed = new();
    bool _isClosed;

    public WarmUps() => Closed = _closed.Token;

    /// <summary>The token that is canceled when the chain is disposed.</summary>
    public CancellationToken Closed { get; }

    /// <summary>Records how the warm-up of a block on a device ended.</summary>
    public void Ended(string block, string device, bool succeeded)
    {
        lock (_lock)
        {
            _ended[(block, device)] = succeeded;
        }
    }

    /// <summary>Returns whether the last warm-up of a block on a device succeeded; null if none has ended.</summary>
    public bool? Of(string block, string device)
    {
        lock (_lock)
        {
            return _ended.TryGetValue((block, device), out bool succeeded) ? succeeded : null;
        }
    }

    /// <summary>Counts the warm-up of a block that is about to start; null if the chain is disposed.</summary>
    /// <param name="continuations">The chain's <see cref="ChainRuntime.Continuations"/>.</param>
    public TaskCompletionSource? Begin(TaskCreationOptions continuations)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return null;
            }

            var place = new TaskCompletionSource(continuations);
            _working.Add(place);
            return place;
        }
    }

    /// <summary>Counts the warm-up no more, once it has ended.</summary>
    /// <param name="place">What <see cref="Begin"/> returned.</param>
    /// <param name="warming">The warm-up; null if the block threw instead of starting it.</param>
    public void EndWith(TaskCompletionSource place, Task? warming)
    {
        if (warming is { IsCompleted: false })
        {
            _ = EndLateAsync(place, warming);
        }
        else
        {
            End(place);
        }
    }

    /// <summary>Cancels the warm-ups in progress, on a thread on which the host's callbacks can run and throw.</summary>
    public void Close(ChainRuntime runtime)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        runtime.Watcher.Cancel(_closed);
    }

    /// <summary>Waits until the canceled warm-ups have ended, for at most a grace period.</summary>
    /// <param name="runtime">The chain, which counts the warm-ups that work on as detached.</param>
    public async Task EndAsync(ChainRuntime runtime)
    {
        Task[] left = Working();
        if (left.Length == 0)
        {
            return;
        }

        try
        {
            await Task.WhenAll(left).WaitAsync(runtime.Settings.Grace, runtime.Time);
        }
        catch (TimeoutException)
        {
            foreach (Task warming in left.Where(w => !w.IsCompleted))
            {
                runtime.CountDetached(1);
                _ = UncountAsync(runtime, warming);
            }
        }
    }

    public void Dispose() => _closed.Dispose();

    Task[] Working()
    {
        lock (_lock)
        {
            return [.. _working.Select(place => place.Task)];
        }
    }

    void End(TaskCompletionSource place)
    {
        lock (_lock)
        {
            _working.Remove(place);
        }

        place.SetResult();
    }

    async Task EndLateAsync(TaskCompletionSource place, Task warming)
    {
        await warming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        End(place);
    }

    static async Task UncountAsync(ChainRuntime runtime, Task warming)
    {
        await warming;
        runtime.CountDetached(-1);
    }
}

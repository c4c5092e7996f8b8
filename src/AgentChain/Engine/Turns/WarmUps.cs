namespace AgentChain.Engine.Turns;

/// <summary>
/// The warm-ups of a chain's blocks. They belong to no turn, but disposal ends them like turns: a host disposes the blocks' models after
/// it.
/// </summary>
sealed class WarmUps : IDisposable
{
    readonly Lock _lock = new();
    readonly HashSet<TaskCompletionSource> _working = [];
    readonly Dictionary<(string Block, string Device), WarmRecord> _records = [];
    readonly Dictionary<string, int> _losses = new(StringComparer.OrdinalIgnoreCase);
    readonly CancellationTokenSource _closed = new();
    bool _isClosed;

    public WarmUps() => Closed = _closed.Token;

    /// <summary>The token that is canceled when the chain is disposed.</summary>
    public CancellationToken Closed { get; }

    /// <summary>Returns how often a device was lost.</summary>
    public int LossesOf(string device)
    {
        lock (_lock)
        {
            return _losses.GetValueOrDefault(device);
        }
    }

    /// <summary>Records how the warm-up of a block on a device ended.</summary>
    /// <param name="block">The name of the block.</param>
    /// <param name="device">The name of the device; empty for none.</param>
    /// <param name="succeeded">Whether it succeeded.</param>
    /// <param name="losses">How often the device was lost before the warm-up began: if it was lost since, the block is cold, however it ended.</param>
    public void Ended(string block, string device, bool succeeded, int losses)
    {
        lock (_lock)
        {
            if (_losses.GetValueOrDefault(device) == losses)
            {
                WarmRecord record = RecordOf(block, device);

                // Shapes that run on a device that is not there stay cold.
                (record.Succeeded, record.IsColdAgain) = (succeeded, record.Shapes.Any(static shape => !shape.HasRun));
            }
        }
    }

    /// <summary>Returns whether the last warm-up of a block on a device succeeded; null if none has ended since the device is there.</summary>
    public bool? Of(string block, string device)
    {
        lock (_lock)
        {
            return _records.GetValueOrDefault((block, device))?.Succeeded;
        }
    }

    /// <summary>Returns whether a block was warm on a device that was lost since, or is back, and has not been warmed up again.</summary>
    public bool IsColdAgain(string block, string device)
    {
        lock (_lock)
        {
            return _records.GetValueOrDefault((block, device))?.IsColdAgain == true;
        }
    }

    /// <summary>Returns the shapes that a block has stated, and whether they have run.</summary>
    public IReadOnlyList<(string Shape, string Device, bool HasRun)> ShapesOf(string block, string device)
    {
        lock (_lock)
        {
            return [.. _records.GetValueOrDefault((block, device))?.Shapes ?? []];
        }
    }

    /// <summary>Records the shapes that a block is going to run in a warm-up.</summary>
    /// <param name="block">The name of the block.</param>
    /// <param name="device">The name of the device that the block has; empty for none.</param>
    /// <param name="on">The name of the device on which the shapes run.</param>
    /// <param name="shapes">The shapes.</param>
    public void State(string block, string device, string on, IReadOnlyList<string> shapes)
    {
        lock (_lock)
        {
            foreach (string shape in shapes)
            {
                RecordOf(block, device).Set(shape, on, hasRun: false);
            }
        }
    }

    /// <summary>Records that a shape has run.</summary>
    public void Ran(string block, string device, string on, string shape)
    {
        lock (_lock)
        {
            RecordOf(block, device).Set(shape, on, hasRun: true);
        }
    }

    /// <summary>Makes cold what was warm on a device that is lost.</summary>
    public void Lost(string device)
    {
        lock (_lock)
        {
            _losses[device] = _losses.GetValueOrDefault(device) + 1;
            foreach (((string _, string own), WarmRecord record) in _records)
            {
                record.Forget(device, string.Equals(own, device, StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    /// <summary>Has the blocks warmed up again that ran on a device that is back.</summary>
    public void Back(string device)
    {
        lock (_lock)
        {
            foreach (WarmRecord record in _records.Values)
            {
                record.Back(device);
            }
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
        catch (Exception)
        {
            // They work on, or a clock of the host's cannot tell how long.
            foreach (Task warming in left.Where(w => !w.IsCompleted))
            {
                runtime.CountDetached(1);
                _ = UncountAsync(runtime, warming);
            }
        }
    }

    public void Dispose() => _closed.Dispose();

    WarmRecord RecordOf(string block, string device)
    {
        if (!_records.TryGetValue((block, device), out WarmRecord? record))
        {
            _records.Add((block, device), record = new WarmRecord());
        }

        return record;
    }

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

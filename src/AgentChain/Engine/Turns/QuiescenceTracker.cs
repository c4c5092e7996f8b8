namespace AgentChain.Engine.Turns;

/// <summary>Tracks runs that end after their turns: measures how long that takes, and completes the waits for quiescence.</summary>
sealed class QuiescenceTracker(ChainRuntime runtime)
{
    readonly Lock _lock = new();
    readonly Dictionary<TurnCore, TaskCompletionSource> _waiting = [];
    readonly HashSet<TurnCore> _unfinished = [];

    // The number of entries in both collections, written under the lock. Ended reads it outside, so that a run's end takes no lock while
    // nothing is tracked. That is safe because each increment is a full fence before IsWorking is read, and a run ends before Ended reads
    // the count: one of the two sees the other. A decrement needs no fence.
    int _count;

    /// <summary>Adds a turn that ends while blocks still run for it. Called before the turn returns its place in the chain.</summary>
    public void Leaving(TurnCore turn)
    {
        lock (_lock)
        {
            if (_unfinished.Add(turn))
            {
                Interlocked.Increment(ref _count);
            }

            if (!turn.IsWorking)
            {
                Forget(turn);
            }
        }
    }

    /// <summary>Waits until no block runs any more for a turn that is over. Detached runs do not count.</summary>
    public async Task AllAsync()
    {
        while (Any() is { } turn)
        {
            await WaitAsync(turn);
        }
    }

    /// <summary>Records the end time of a run of a turn that is over, before any thread can see that the run has ended.</summary>
    public void Ending(TraceStep run, bool unfinished)
    {
        TurnCore turn = run.Turn;
        if (run.IsRunning && turn.EndedAt is var ended and not 0)
        {
            run.End(Math.Max(runtime.Now, unfinished ? ended + 1 : ended));
        }
    }

    /// <summary>Completes the waits that depend on a run, which has ended after its turn.</summary>
    public void Ended(TraceStep run)
    {
        TurnCore turn = run.Turn;
        if (turn.EndedEarly && run.MayBeLeftBehind && run.EndedAt >= turn.EndedAt)
        {
            run.Node.BecameQuiet(turn.EndedAt, run.EndedAt);
        }

        if (Volatile.Read(ref _count) == 0 || turn.IsWorking)
        {
            return;
        }

        TaskCompletionSource? waiting;
        lock (_lock)
        {
            Forget(turn);
            if (!_waiting.Remove(turn, out waiting))
            {
                return;
            }

            _count--;
        }

        waiting.TrySetResult();
    }

    TurnCore? Any()
    {
        lock (_lock)
        {
            return _unfinished.FirstOrDefault();
        }
    }

    void Forget(TurnCore turn)
    {
        if (_unfinished.Remove(turn))
        {
            _count--;
        }
    }

    /// <summary>Waits until no run of a turn works any more. Detached runs do not count.</summary>
    public Task WaitAsync(TurnCore turn)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            if (!_waiting.TryGetValue(turn, out waiting))
            {
                waiting = new(runtime.Continuations);
                _waiting.Add(turn, waiting);
                Interlocked.Increment(ref _count);
            }

            if (!turn.IsWorking)
            {
                Forget(turn);
                _waiting.Remove(turn);
                _count--;
                waiting.TrySetResult();
            }
        }

        return waiting.Task;
    }

    /// <summary>Builds the report of how long the blocks ran on after a turn's end.</summary>
    public TurnQuiescence Report(TurnCore turn, TraceStep? runs)
    {
        List<(string Block, long EndedAt, bool Detached)> late = [];
        for (TraceStep? run = runs; run is not null; run = run.Earlier)
        {
            if (run.MayBeLeftBehind && (run.EndedAt > turn.EndedAt || (run.EndedAt == turn.EndedAt && turn.EndedEarly)))
            {
                late.Add((run.Node.Name, run.EndedAt, run.IsLeftBehind));
            }
        }

        BlockQuiescence[] blocks = late is [var only] ? [new(only.Block, After(only.EndedAt), only.Detached)] :
        [
            .. late.GroupBy(r => r.Block)
                .Select(b => new BlockQuiescence(b.Key, After(b.Max(r => r.EndedAt)), b.Any(r => r.Detached)))
                .OrderBy(b => b.Elapsed)
                .ThenBy(b => b.Block, StringComparer.Ordinal),
        ];
        return new TurnQuiescence(turn.Id, turn.Outcome, blocks.Length == 0 ? TimeSpan.Zero : blocks[^1].Elapsed, blocks);

        TimeSpan After(long at) => runtime.Time.GetElapsedTime(turn.EndedAt, at);
    }
}

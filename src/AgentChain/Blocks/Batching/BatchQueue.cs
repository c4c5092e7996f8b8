namespace AgentChain.Blocks.Batching;

/// <summary>
/// The items that wait for a batch on one device, and the batches that run there. Thread-safe; no host code runs under its lock.
/// <code>
///   Add ── waits, by deadline ──(1) held open ──(2) taken ── a batch ──(3) the next, or its place is free
///             └─ Leave: its run was canceled
/// </code>
/// </summary>
sealed class BatchQueue<TIn, TOut>(IBlock<IReadOnlyList<TIn>, IReadOnlyList<TOut>> block, BatchOptions options)
{
    /// <summary>How early a timer can fire.</summary>
    static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    readonly Lock _lock = new();
    readonly BatchHold _hold = new(options);

    /// <summary>The items that wait, the earliest deadline first; in the order of arrival where deadlines are equal.</summary>
    readonly SortedSet<BatchMember<TIn, TOut>> _waiting = new(Comparer<BatchMember<TIn, TOut>>.Create(
        static (one, other) => (one.Due, one.Number).CompareTo((other.Due, other.Number))));

    /// <summary>What looks at an open batch again, and when; null if nothing does.</summary>
    ITimer? _timer;
    long _timerAt;
    long _lastArrival;
    long _numbers;
    int _running;
    BatchCounts _counts;

    public BatchCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return _counts;
            }
        }
    }

    /// <summary>Adds an item, and starts a batch if it need not wait.</summary>
    /// <exception cref="BatchException">Too many items wait.</exception>
    public void Add(BatchMember<TIn, TOut> member)
    {
        lock (_lock)
        {
            if (_waiting.Count >= options.Capacity)
            {
                throw new BatchException(
                    $"{OptionCheck.Count(_waiting.Count, "item")} of block '{member.Context.BlockName}' wait for a batch already. Start fewer turns at once, or raise BatchOptions.Capacity.");
            }

            if (_lastArrival != 0)
            {
                _hold.Arrived(Since(member.Context.Time, _lastArrival, member.ArrivedAt));
            }

            (_lastArrival, member.Number) = (member.ArrivedAt, _numbers++);
            _waiting.Add(member);
        }

        Pump(isDue: false);
    }

    /// <summary>Removes an item that waits, or counts that it no longer needs its batch.</summary>
    public void Leave(BatchMember<TIn, TOut> member)
    {
        BatchRun<TIn, TOut>? run;
        lock (_lock)
        {
            run = member.Run;
            _waiting.Remove(member);
        }

        run?.Left(member.Context);
    }

    void Pump(bool isDue)
    {
        BatchRun<TIn, TOut>? run;
        lock (_lock)
        {
            run = TakeIfReady(isDue);
        }

        if (run is not null)
        {
            // A batch is not the work of the turn whose item completed it, so it does not run under that turn's ambient state.
            using AsyncFlowControl? suppressed = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
            _ = ServeAsync(run);
        }
    }

    /// <summary>(3) Runs a batch, and then those that are ready when it has ended.</summary>
    async Task ServeAsync(BatchRun<TIn, TOut> run)
    {
        await Task.Yield();
        for (BatchRun<TIn, TOut>? next = run; next is not null;)
        {
            await next.RunAsync();
            lock (_lock)
            {
                if (next.Took is { } took)
                {
                    _hold.Ran(next.Count, took);
                }

                _running--;
                next = TakeIfReady(isDue: false);
            }
        }
    }

    /// <summary>(1), (2): takes the next batch; null if there is no place or no item, or the batch is held open.</summary>
    BatchRun<TIn, TOut>? TakeIfReady(bool isDue)
    {
        if (_running >= options.Concurrency || _waiting.Min is not { } first)
        {
            return null;
        }

        TimeProvider time = first.Context.Time;
        long now = time.GetTimestamp();
        TimeSpan left = _waiting.Any(static member => member.Context.IsWarmUp) ? TimeSpan.Zero : LeftOpen(time, now);
        if (left > (isDue ? TimerStep : TimeSpan.Zero))
        {
            Watch(left, time, now);
            return null;
        }

        _timer?.Dispose();
        _timer = null;
        int size = _hold.Size(_waiting.Select(member => Slack(member, time, now)));
        BatchMember<TIn, TOut>[] members = [.. _waiting.Take(size)];
        var run = new BatchRun<TIn, TOut>(block, members, options.RetriesSingly, Slack(first, time, now) ?? Timeout.InfiniteTimeSpan);
        foreach (BatchMember<TIn, TOut> member in members)
        {
            _waiting.Remove(member);
            member.Run = run;
        }

        _running++;
        _counts = new BatchCounts(_counts.Batches + 1, _counts.Items + size);
        return run;
    }

    TimeSpan LeftOpen(TimeProvider time, long now)
    {
        TimeSpan? slack = _waiting.Select(member => Slack(member, time, now)).FirstOrDefault(slack => slack is null || _hold.CanMeet(slack.Value));
        return _hold.Left(
            _waiting.Count, Since(time, _waiting.Min(static member => member.ArrivedAt), now), slack, Since(time, _lastArrival, now));
    }

    /// <summary>(1) Looks again when the batch has been open long enough.</summary>
    void Watch(TimeSpan left, TimeProvider time, long now)
    {
        long at = now + (long)(left.TotalSeconds * time.TimestampFrequency);
        if (_timer is not null && _timerAt <= at)
        {
            return; // It looks earlier, and then again.
        }

        _timer?.Dispose();
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _timer = time.CreateTimer(static fired => ((TaskCompletionSource)fired!).TrySetResult(), fired, left, Timeout.InfiniteTimeSpan);
        _timerAt = at;
        _ = LookAfterAsync(fired.Task, _timer);
    }

    async Task LookAfterAsync(Task fired, ITimer timer)
    {
        // Not Task.Delay: the continuations of a canceled delay leave virtual time. A timer that is disposed never fires.
        await fired;
        lock (_lock)
        {
            if (_timer != timer)
            {
                return;
            }

            _timer = null;
        }

        timer.Dispose();
        Pump(isDue: true);
    }

    /// <summary>The time to the deadline of an item; null if it has none.</summary>
    static TimeSpan? Slack(BatchMember<TIn, TOut> member, TimeProvider time, long now) =>
        member.Due == long.MaxValue ? null : Since(time, now, member.Due);

    static TimeSpan Since(TimeProvider time, long from, long to) => to > from ? time.GetElapsedTime(from, to) : TimeSpan.Zero;
}

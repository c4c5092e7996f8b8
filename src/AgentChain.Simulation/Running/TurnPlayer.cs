namespace AgentChain.Simulation;

/// <summary>Starts a turn for each arrival, at its time, and counts how it ends. Runs in a virtual world.</summary>
sealed class TurnPlayer<TIn, TOut>(
    VirtualWorld world,
    ChainBase<TIn, TOut> chain,
    Func<Arrival, TIn> input,
    SimulationOptions options,
    RunTally tally,
    PlayerProgress progress,
    CancellationToken cancellationToken)
{
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ArrivalGraph? _graph;
    long _live = 1;

    public async Task PlayAsync(IEnumerable<Arrival> arrivals, ArrivalGraph? graph)
    {
        _graph = graph;
        foreach (Arrival arrival in graph?.Roots ?? arrivals)
        {
            TimeSpan wait = arrival.Time - world.Elapsed;
            if (wait > TimeSpan.Zero)
            {
                await world.Delay(wait);
            }

            if (_ended.Task.IsCompleted)
            {
                break;
            }

            Begin(arrival, TimeSpan.Zero);
        }

        Leave();
        await _ended.Task;
    }

    void Begin(Arrival arrival, TimeSpan delay)
    {
        _live++;
        _ = RunAsync(arrival, delay);
    }

    async Task RunAsync(Arrival arrival, TimeSpan delay)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (delay > TimeSpan.Zero)
            {
                await world.Delay(delay);
            }

            await TurnAsync(arrival);
            progress.Ended(world.Elapsed);
            foreach (Arrival next in _graph?.Ended(arrival) ?? [])
            {
                Begin(next, next.Delay + next.ToolWait);
            }

            Leave();
        }
        catch (Exception error)
        {
            _ended.TrySetException(error);
        }
    }

    async Task TurnAsync(Arrival arrival)
    {
        TimeSpan startedAt = world.Elapsed;
        TIn value = Input(arrival);
        Turn<TOut> turn = options.WaitForRoom ? await chain.StartAsync(value, CancellationToken.None) : chain.Start(value);
        tally.Started(turn.Id.Value, startedAt);
        TimeSpan longestStall = chain.IsStream ? await ReadAsync(turn) : TimeSpan.Zero;
        TurnResult result = await turn.Completion;
        if (result.Outcome != TurnOutcome.Completed)
        {
            // Its jobs leave the devices a moment after its end.
            await turn.WhenQuiescentAsync();
        }

        tally.Ended(arrival.Row, startedAt, result, longestStall);
    }

    TIn Input(Arrival arrival)
    {
        try
        {
            return input(arrival);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(OptionCheck.Text($"The function that makes the input threw {error.GetType().Name} for the arrival of row {arrival.Row}; see the inner exception."), error);
        }
    }

    /// <summary>Reads the output of a stream to its end, and returns the longest time between two items.</summary>
    async Task<TimeSpan> ReadAsync(Turn<TOut> turn)
    {
        TimeSpan longest = TimeSpan.Zero;
        TimeSpan? before = null;
        try
        {
            await foreach (TOut item in turn.Output)
            {
                TimeSpan now = world.Elapsed;
                longest = now - (before ?? now) > longest ? now - before!.Value : longest;
                before = now;
            }
        }
        catch (TurnException)
        {
            // The outcome tells it.
        }

        return longest;
    }

    void Leave()
    {
        if (--_live == 0)
        {
            _ended.TrySetResult();
        }
    }
}

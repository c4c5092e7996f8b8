using System.Diagnostics;

namespace AgentChain.Tests.Soak;

/// <summary>One draw of a kind: its randomness, and the checks that all kinds share.</summary>
/// <param name="tally">Where its turns count.</param>
/// <param name="random">Its randomness, derived from the seed and its number alone.</param>
/// <param name="patience">How long anything may take that must come about.</param>
sealed class Operation(Tally tally, Random random, TimeSpan patience)
{
    readonly List<Action> _interrupts = [];

    public Random Random => random;

    public TimeSpan Patience => patience;

    public static void Check(bool holds, string fault)
    {
        if (!holds)
        {
            throw new SoakFault(fault);
        }
    }

    public Turn<TOut> Start<TIn, TOut>(ChainBase<TIn, TOut> chain, TIn input, CancellationToken cancellationToken = default) =>
        Started(chain.Start(input, cancellationToken));

    /// <summary>Takes a turn that was started elsewhere, such as by a conversation.</summary>
    public Turn<T> Started<T>(Turn<T> turn)
    {
        tally.Start();
        _interrupts.Add(turn.Interrupt);
        return turn;
    }

    /// <summary>Starts a turn and keeps nothing of it but its end.</summary>
    public Task<TurnResult> StartAndDrop<TIn, TOut>(ChainBase<TIn, TOut> chain, TIn input)
    {
        tally.Start();
        return chain.Start(input).Completion;
    }

    /// <summary>Waits for a turn's one outcome, and checks it and its report.</summary>
    public Task<TurnResult> EndAsync<T>(Turn<T> turn, params TurnOutcome[] allowed) => EndAsync(turn.Completion, allowed);

    public async Task<TurnResult> EndAsync(Task<TurnResult> completion, params TurnOutcome[] allowed)
    {
        TurnResult result = await InTimeAsync(completion, $"a turn that should end as {string.Join(" or ", allowed)} never ended");
        tally.End(result.Outcome);
        tally.Speculated(result.Report.Speculation);
        Check(allowed.Contains(result.Outcome), $"a turn ended as {result.Outcome} instead of {string.Join(" or ", allowed)}: {result.Error?.Message}");
        string? fault = LawfulReport.FaultOf(result);
        Check(fault is null, $"the report of a turn that ended as {result.Outcome}: {fault}");
        return result;
    }

    /// <summary>Runs a turn through <c>RunAsync</c>, which returns its value or throws.</summary>
    public async Task<TurnOutcome> RunAsync<TIn>(Chain<TIn, int> chain, TIn input, int expected, CancellationToken token, params TurnOutcome[] allowed)
    {
        tally.Start();
        TurnOutcome outcome = TurnOutcome.Completed;
        try
        {
            int actual = await InTimeAsync(chain.RunAsync(input, token).AsTask(), "RunAsync never came back");
            Sum(expected, actual);
        }
        catch (TurnException error)
        {
            outcome = error.Outcome;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            outcome = TurnOutcome.Interrupted;
        }

        tally.End(outcome);
        Check(allowed.Contains(outcome), $"a turn run ended as {outcome} instead of {string.Join(" or ", allowed)}");
        return outcome;
    }

    /// <summary>Reads a turn's output to its end.</summary>
    /// <returns>The items, and the exception that the enumeration threw after them.</returns>
    public async Task<(List<T> Items, TurnException? Error)> ReadAsync<T>(Turn<T> turn)
    {
        List<T> items = [];
        return await InTimeAsync(ReadAllAsync(), "the output of a turn never ended");

        async Task<(List<T>, TurnException?)> ReadAllAsync()
        {
            try
            {
                await foreach (T item in turn.Output)
                {
                    items.Add(item);
                }

                return (items, null);
            }
            catch (TurnException error)
            {
                return (items, error);
            }
            catch (OperationCanceledException canceled) when (canceled.InnerException is TurnInterruptedException error)
            {
                return (items, error);
            }
        }
    }

    /// <summary>Reads a turn to its end and checks that the exception thrown there is the result's own error.</summary>
    public async Task<(List<T> Items, TurnResult Result)> ReadToEndAsync<T>(Turn<T> turn, params TurnOutcome[] allowed)
    {
        (List<T> items, TurnException? error) = await ReadAsync(turn);
        TurnResult result = await EndAsync(turn, allowed);
        Check(ReferenceEquals(error, result.Error), $"the output ended with {error?.GetType().Name ?? "nothing"}, the turn with {result.Error?.GetType().Name ?? "nothing"}");
        return (items, result);
    }

    /// <summary>Adds a completed output to the sums, which must be equal.</summary>
    public void Sum(long expected, long actual)
    {
        tally.Sum(expected, actual);
        Check(expected == actual, $"a completed turn's output is {actual} instead of {expected}");
    }

    public async Task InTimeAsync(Task task, string fault)
    {
        try
        {
            await task.WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            throw new SoakFault($"{fault} (waited for {patience.TotalSeconds:0} s)");
        }
    }

    public async Task<T> InTimeAsync<T>(Task<T> task, string fault)
    {
        await InTimeAsync((Task)task, fault);
        return await task;
    }

    /// <summary>Waits for something that must come about.</summary>
    public async Task EventuallyAsync(Func<bool> condition, Func<string> fault)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Check(Stopwatch.GetElapsedTime(start) < patience, fault());
            await Task.Delay(2);
        }
    }

    /// <summary>Lets others run for a random while: mostly a few steps of theirs, at times a millisecond.</summary>
    public async Task PauseAsync()
    {
        if (random.Next(8) == 0)
        {
            await Task.Delay(1);
            return;
        }

        for (int wait = random.Next(8); wait > 0; wait--)
        {
            await Task.Yield();
        }
    }

    /// <summary>After a fault: ends the started work, so that the fault is counted once.</summary>
    public void InterruptAll() => _interrupts.ForEach(interrupt => interrupt());
}

using System.Collections.Concurrent;
using System.Diagnostics;

namespace AgentChain.Tests.Engine;

/// <summary>Real threads: interrupts, deadlines, faults and completions race; nothing is lost, doubled or leaked.</summary>
public class StressTests(ITestOutputHelper output)
{
    const int Turns = 20_000;
    const int AtOnce = 200;

    [Fact]
    public async Task RacingEnds_TwentyThousandTurns_ExactlyOneOutcomeEachAndNothingLeaks()
    {
        long start = Stopwatch.GetTimestamp();
        await using StreamChain<int, int> chain = Chain.From<int>("stress")
            .Then("first", x => x)
            .Then("work", WorkAsync, o => o.Budget(3.Milliseconds()).OnOverrun(Overrun.Fallback(-1)))
            .Parallel(
                "both",
                l => l.Then("left", WorkAsync, o => o.On("cpu")),
                r => r.Then("right", WorkAsync, o => o.Capacity(64).Concurrency(32)),
                (x, _, _) => x)
            .Stream<int>("stream", (x, _, token) => ItemsAsync(x, token))
            .ThenEach("each", (int x, CancellationToken _) => ValueTask.FromResult(x), o => o.StreamCapacity(1))
            .Build(new ChainOptions { Budget = LatencyBudget.Total(6.Milliseconds()), Grace = 20.Milliseconds(), OutputCapacity = 1 });
        var outcomes = new ConcurrentDictionary<TurnOutcome, int>();
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i <= Turns; i = Interlocked.Increment(ref next))
            {
                TurnOutcome outcome = await OneAsync(chain, i);
                outcomes.AddOrUpdate(outcome, 1, (_, n) => n + 1);
            }
        })));

        output.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s: {string.Join(", ", outcomes.Select(o => $"{o.Key} {o.Value}"))}");
        Assert.Equal(Turns, outcomes.Values.Sum());
        Assert.Equal(0, chain.LiveTurns);
        await Eventually.Async(() => chain.DetachedBlocks == 0);
        await Eventually.Async(() => chain.Devices.OpenLeases == 0);
        Assert.Equal(0, chain.Devices.StuckLanes);
    }

    static async Task<TurnOutcome> OneAsync(ChainBase<int, int> chain, int i)
    {
        using var caller = new CancellationTokenSource();
        Turn<int> turn = chain.Start(i, caller.Token);
        switch (i % 5)
        {
            case 0:
                await Task.Yield();
                turn.Interrupt();
                break;
            case 1:
                ThreadPool.UnsafeQueueUserWorkItem(static t => t.Interrupt(), turn, preferLocal: false);
                await caller.CancelAsync();
                break;
            case 2:
                await turn.DisposeAsync();
                break;
        }

        Exception? thrown = null;
        int items = 0;
        try
        {
            await foreach (int _ in turn.Output)
            {
                items++;
            }
        }
        catch (TurnException error)
        {
            thrown = error;
        }
        catch (OperationCanceledException error) when (error.CancellationToken == caller.Token)
        {
            // Its own token ended it.
            thrown = error.InnerException;
        }

        TurnResult result = await turn.Completion.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Same(result.Error, thrown);
        Assert.Equal(result.Outcome == TurnOutcome.Completed, thrown is null);
        if (result.Outcome == TurnOutcome.Completed)
        {
            Assert.Equal(3, items);
        }

        Reports.AssertLawful(result);
        return result.Outcome;
    }

    static ValueTask<int> WorkAsync(int x, CancellationToken token) => MisbehavingWork.RunAsync(x, 13, 10.Milliseconds(), token);

    static async IAsyncEnumerable<int> ItemsAsync(int x, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        for (int i = 0; i < 3; i++)
        {
            if (x % 17 == 0)
            {
                await Task.Delay(1.Milliseconds(), TimeProvider.System, token);
            }

            yield return i;
        }
    }
}

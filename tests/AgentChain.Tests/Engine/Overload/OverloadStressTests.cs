using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Speculation;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Engine.Overload;

/// <summary>Real threads: predictions, degraded runs, interrupts and budgets race; nothing is lost, handed on twice or leaked.</summary>
public class OverloadStressTests(ITestOutputHelper output)
{
    static readonly int Turns = int.TryParse(Environment.GetEnvironmentVariable("AGENTCHAIN_TURNS"), out int n) ? n : 6_000;
    const int AtOnce = 48;

    [Theory]
    [InlineData(1, 0.5, true, QueueFullMode.Wait, 0)]
    [InlineData(2, 0.5, false, QueueFullMode.Reject, 0)]
    [InlineData(3, 0, true, QueueFullMode.Wait, 0)]
    [InlineData(1, 0, true, QueueFullMode.Reject, 1)]
    [InlineData(2, 0.5, true, QueueFullMode.Wait, 1)]
    [InlineData(3, 0.9, true, QueueFullMode.Wait, 1)]
    public async Task RacingEnds_ManyTurns_OneOutcomeEachAndNothingLeaks(int workers, double rejectBelow, bool speculates, QueueFullMode whenFull, int shape)
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 3 }]);
        var seen = new ConcurrentDictionary<long, int>();
        var twice = new ConcurrentDictionary<long, bool>();
        await using StreamChain<int, int> chain = (shape == 0 ? Build(workers, whenFull, seen, twice) : BuildSpeculating(workers, whenFull))
            .Build(new ChainOptions
            {
                Devices = devices,
                Grace = 20.Milliseconds(),
                MaxTurns = AtOnce - 8,
                OutputCapacity = 2,
                Budget = LatencyBudget.FirstOutput(40.Milliseconds()).AndTotal(80.Milliseconds()),
                Overload = new OverloadOptions { RejectBelow = rejectBelow, OverloadBacklog = workers - 1 },
                Speculation = speculates ? new SpeculationOptions { Controller = new EagerController() } : new SpeculationOptions { Level = SpeculationLevel.None },
            });
        var outcomes = new ConcurrentDictionary<string, int>();
        int next = 0, degraded = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i <= Turns; i = Interlocked.Increment(ref next))
            {
                TurnResult result = await OneAsync(chain, i);
                bool predicted = result.Error is TurnRejectedException { Prediction: not null };
                Interlocked.Add(ref degraded, result.Report.Spans.Any(s => s.Notes.HasFlag(SpanNotes.Degraded)) ? 1 : 0);
                outcomes.AddOrUpdate($"{result.Outcome}{(predicted ? " predicted" : "")}", 1, (_, n) => n + 1);
            }
        })));

        output.WriteLine($"{string.Join(", ", outcomes.Select(o => $"{o.Key} {o.Value}"))}, degraded {degraded}");
        Assert.Equal(Turns, outcomes.Values.Sum());
        Assert.Empty(twice);
        Assert.Equal(0, chain.LiveTurns);
        await Eventually.Async(() => chain.DetachedBlocks == 0);
        await Eventually.Async(() => devices.OpenLeases == 0);
        Assert.Equal(0, devices.StuckLanes);

        // All places are free again: as many turns as there are workers run at once, and none waits for ever.
        await chain.DrainAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromMinutes(1));
    }

    static StreamChainBuilder<int, int> Build(
        int workers, QueueFullMode whenFull, ConcurrentDictionary<long, int> seen, ConcurrentDictionary<long, bool> twice) => Chain.From<int>("stress")
        .Revise("listen", new Listener())
        .Then("search", WorkAsync, o => o
            .Speculate().Concurrency(workers).Capacity(24, whenFull).Cost(CostModel.Constant(3.Milliseconds()))
            .CostOfTurn((int x) => x % 19 == 0 ? throw new InvalidDataException() : new CostFeatures { Items = x % 23 == 0 ? double.NaN : 1 })
            .OnOverrun(Overrun.Fallback(-1)))
        .Then("once", (int x, BlockContext context, CancellationToken _) =>
        {
            if (seen.AddOrUpdate(context.TurnId.Value, 1, (_, n) => n + 1) != 1)
            {
                twice.TryAdd(context.TurnId.Value, true);
            }

            return ValueTask.FromResult(x);
        }, o => o.Effect(Effect.Effectful))
        .Parallel(
            "both",
            l => l.Then("left", WorkAsync, o => o.On("cpu").OnOverrun(Overrun.FallbackTo(new Small()))),
            r => r.Then("right", WorkAsync, o => o.Capacity(16).Concurrency(workers).Cost((int x) => new CostFeatures { Items = x })),
            (x, _, _) => x)
        .Route("route", (x, _) => ValueTask.FromResult(x % 2 == 0 ? "a" : "b"), r => r
            .To("a", b => b.Then("even", WorkAsync, o => o.Concurrency(workers)))
            .To("b", b => b.Then("odd", WorkAsync, o => o.Concurrency(workers).OnOverrun(Overrun.Fallback(7)))))
        .Loop("loop", b => b.Then("round", WorkAsync, o => o.Concurrency(workers + 1).OnOverrun(Overrun.Fallback(8))), x => x % 5 == 0, LoopBound.TakeLast(3))
        .Stream<int>("stream", (x, _, token) => ItemsAsync(x, token), o => o.Concurrency(workers + 1).On("cpu").OnOverrun(Overrun.Fallback(9)))
        .ThenEach("each", (int x, CancellationToken _) => ValueTask.FromResult(x), o => o.StreamCapacity(1).Concurrency(8));

    /// <summary>Speculates to the end.</summary>
    static StreamChainBuilder<int, int> BuildSpeculating(int workers, QueueFullMode whenFull) => Chain.From<int>("stress")
        .Revise("listen", new Listener())
        .Then("search", WorkAsync, o => o
            .Speculate().Concurrency(workers).Capacity(24, whenFull).Cost(CostModel.Constant(3.Milliseconds())).OnOverrun(Overrun.Fallback(-1)))
        .Parallel(
            "both",
            l => l.Then("left", WorkAsync, o => o.Speculate().On("cpu").OnOverrun(Overrun.FallbackTo(new Small()))),
            r => r.Then("right", WorkAsync, o => o.Speculate().Concurrency(workers).OnOverrun(Overrun.Fallback(5))),
            (x, _, _) => x)
        .Stream<int>("stream", (x, _, token) => ItemsAsync(x, token), o => o
            .Speculate().Concurrency(workers + 1).On("cpu").OnOverrun(Overrun.Fallback(9)))
        .ThenEach("each", (int x, CancellationToken _) => ValueTask.FromResult(x), o => o.Speculate().StreamCapacity(1).Concurrency(8));

    static async Task<TurnResult> OneAsync(StreamChain<int, int> chain, int i)
    {
        using var caller = new CancellationTokenSource();
        var options = new TurnOptions { Budget = (i % 11) switch
        {
            0 => LatencyBudget.FirstOutput(1.Milliseconds()),
            1 => LatencyBudget.Total(10.Milliseconds()),
            2 => LatencyBudget.FirstOutput(20.Milliseconds()),
            _ => LatencyBudget.None,
        } };
        Turn<int> turn = i % 4 == 0 ? await chain.StartAsync(i, options, CancellationToken.None) : chain.Start(i, options, caller.Token);
        _ = chain.Predict(i);
        switch (i % 5)
        {
            case 0:
                await Task.Yield();
                turn.Interrupt();
                break;
            case 1 when i % 2 == 0:
                ThreadPool.UnsafeQueueUserWorkItem(static t => t.Interrupt(), turn, preferLocal: false);
                await caller.CancelAsync();
                break;
            case 2 when i % 3 == 0:
                await turn.DisposeAsync();
                break;
        }

        int items = 0;
        Exception? thrown = null;
        try
        {
            await foreach (int _ in turn.Output)
            {
                items++;
                if (i % 7 == 3)
                {
                    break;
                }
            }
        }
        catch (TurnException error)
        {
            thrown = error;
        }
        catch (OperationCanceledException error) when (error.CancellationToken == caller.Token)
        {
            thrown = error.InnerException;
        }

        if (i % 7 == 3)
        {
            await turn.DisposeAsync();
        }

        TurnResult result = await turn.Completion.WaitAsync(TimeSpan.FromMinutes(1));
        if (i % 7 != 3)
        {
            Assert.Same(result.Error, thrown);
            Assert.Equal(result.Outcome == TurnOutcome.Completed, thrown is null);
            if (result.Outcome == TurnOutcome.Completed)
            {
                Assert.True(items is 1 or 3, $"{items} items");
            }
        }

        Reports.AssertLawful(result);
        return result;
    }

    static ValueTask<int> WorkAsync(int x, CancellationToken token) => MisbehavingWork.RunAsync(x, 29, 60.Milliseconds(), token);

    static async IAsyncEnumerable<int> ItemsAsync(int x, [EnumeratorCancellation] CancellationToken token)
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

    sealed class Small : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => WorkAsync(input + 1, cancellationToken);
    }

    /// <summary>Right and wrong hypotheses, with or without time between them.</summary>
    sealed class Listener : IRevisingBlock<int, int>
    {
        public async IAsyncEnumerable<Hypothesis<int>> InvokeAsync(
            int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (int i = 0; i < input % 4; i++)
            {
                yield return Hypothesis.Tentative((input + i) % 3 == 0 ? input : input + 1, 0.5);
                for (int wait = (input + i) % 5; wait > 0; wait--)
                {
                    await Task.Yield();
                }
            }

            yield return Hypothesis.Final(input);
        }
    }
}

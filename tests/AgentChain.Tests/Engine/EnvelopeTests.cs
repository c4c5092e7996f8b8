using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Tasks.Dataflow;
using AgentChain.Diagnostics;

namespace AgentChain.Tests.Engine;

/// <summary>Law 4: turn, deadline and trace parent come from the envelope; ambient state of another message is never seen.</summary>
[Collection(nameof(ActivityCollection))]
public class EnvelopeTests
{
    static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public async Task AsyncLocal_OfTheHostOrOfAnotherTurn_IsNotSeenInBlocks()
    {
        var seen = new ConcurrentBag<string?>();
        await using Chain<int, int> chain = Chain.From<int>("ambient")
            .Tap("fused", (x, _) => Look($"turn {x}"))
            .Then("queued", x => x, o => o.Queued())
            .Tap("set", (x, _) => Look($"turn {x}"))
            .Then("one at a time", (int x, CancellationToken _) =>
            {
                Look($"turn {x}");
                return ValueTask.FromResult(x);
            }, o => o.Concurrency(1).Capacity(4))
            .Then("async", async (int x, CancellationToken _) =>
            {
                Look($"turn {x}");
                await Task.Yield();
                return x;
            })
            .Build();
        for (int i = 0; i < 2000; i += 50)
        {
            await Task.WhenAll(Enumerable.Range(i, 50).Select(async n =>
            {
                Ambient.Value = $"host {n}";
                await chain.RunAsync(n);
            }));
        }

        Assert.Empty(seen);

        // Says what it saw when that is the host's or another turn's, then leaves its own behind.
        void Look(string mine)
        {
            if (Ambient.Value is { } value && value != mine)
            {
                seen.Add($"{mine} saw {value}");
            }

            Ambient.Value = mine;
        }
    }

    [Fact]
    public async Task Activity_OfABlock_HangsUnderItsTurnAndItsTurnUnderTheCaller()
    {
        var stopped = new ConcurrentBag<Activity>();
        using ActivityListener listener = Listen(stopped);
        await using Chain<int, int> chain = Chain.From<int>("traced")
            .Then("fused", x => x)
            .Then("one at a time", async (int x, CancellationToken _) =>
            {
                await Task.Yield();
                return x;
            }, o => o.Concurrency(1).Operation("chat"))
            .Then("after", x => x, o => o.Queued())
            .Build();
        using var source = new ActivitySource("host");
        var callers = new ConcurrentDictionary<long, ActivitySpanId>();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using Activity? caller = source.StartActivity("caller");
            Turn<int> turn = chain.Start(1);
            Assert.Same(caller, Activity.Current);
            callers[turn.Id.Value] = caller!.SpanId;
            await turn.Completion;
            Assert.Same(caller, Activity.Current);
        }));

        Activity[] turns = [.. stopped.Where(a => a.OperationName == "invoke_agent traced")];
        Assert.Equal(100, turns.Length);
        foreach (Activity turn in turns)
        {
            Assert.Equal(callers[(long)turn.GetTagItem(TelemetryNames.TurnTag)!], turn.ParentSpanId);
            string[] blocks = [.. stopped.Where(a => a.ParentSpanId == turn.SpanId).Select(a => a.OperationName).Order()];
            Assert.Equal(["after", "chat one at a time", "fused"], blocks);
        }
    }

    [Fact]
    public async Task ActivityCurrent_InABlock_IsItsOwnAndNoneIsLeftBehind()
    {
        using ActivityListener listener = Listen([]);
        var wrong = new ConcurrentBag<string>();
        await using Chain<int, int> chain = Chain.From<int>("traced")
            .Then("first", x => Look("first", x), o => o.Concurrency(1))
            .Then("second", async (int x, CancellationToken _) =>
            {
                Look("second", x);
                await Task.Yield();
                return Look("second", x);
            }, o => o.Concurrency(1))
            .Then("third", x => Look("third", x))
            .Build();
        using var source = new ActivitySource("host");
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            using Activity? caller = source.StartActivity("caller");
            await chain.RunAsync(i);
        }));
        Assert.Empty(wrong);

        int Look(string block, int x)
        {
            if (Activity.Current?.OperationName != block)
            {
                wrong.Add($"{block} saw {Activity.Current?.OperationName ?? "none"}");
            }

            return x;
        }
    }

    [Fact]
    public async Task AsPropagatorBlock_ActivityOfAnotherMessage_IsNotTheTurnsParent()
    {
        var stopped = new ConcurrentBag<Activity>();
        using ActivityListener listener = Listen(stopped);
        await using Chain<int, int> chain = Chain.From<int>("linked").Then("block", x => x).Build();
        var block = chain.AsPropagatorBlock(1);
        block.LinkTo(DataflowBlock.NullTarget<int>());
        using var source = new ActivitySource("host");
        for (int i = 0; i < 20; i++)
        {
            using Activity? caller = source.StartActivity("caller");
            await block.SendAsync(i);
        }

        block.Complete();
        await block.Completion;
        Activity[] turns = [.. stopped.Where(a => a.OperationName == "invoke_agent linked")];
        Assert.Equal(20, turns.Length);
        Assert.All(turns, a => Assert.Equal(default, a.ParentSpanId));
    }

    [Fact]
    public async Task Context_InEveryBlock_IsThatOfItsTurn()
    {
        var wrong = new ConcurrentBag<string>();
        var key = new TurnKey<int>("key");
        await using Chain<int, int> chain = Chain.From<int>("turns")
            .Tap("carry", (x, c) => c.Set(key, x))
            .Then("async", async (int x, BlockContext c, CancellationToken _) =>
            {
                await Task.Yield();
                return Check(x, c);
            })
            .Parallel("both", l => l.Then("l", Look), r => r.Then("r", Look), (x, _, _) => x)
            .Then("end", Look)
            .Build();
        await Task.WhenAll(Enumerable.Range(1, 1000).Select(i => chain.RunAsync(i).AsTask()));
        Assert.Empty(wrong);

        ValueTask<int> Look(int x, BlockContext c, CancellationToken token) => ValueTask.FromResult(Check(x, c));

        int Check(int x, BlockContext c)
        {
            if (c.Get(key) != x || c.TurnId.Value != x)
            {
                wrong.Add($"{x}: {c.Get(key)} {c.TurnId}");
            }

            return x;
        }
    }

    [Fact]
    public async Task TurnOver_ValueStillInAQueue_IsNotWorkedOn()
    {
        var worked = new ConcurrentBag<int>();
        var go = new TaskCompletionSource();
        await using Chain<int, int> chain = Chain.From<int>("queue").Then("one at a time", async (int x, CancellationToken _) =>
        {
            worked.Add(x);
            await go.Task;
            return x;
        }, o => o.Concurrency(1)).Build();
        Turn<int> first = chain.Start(1);
        await Eventually.Async(() => !worked.IsEmpty);
        Turn<int>[] waiting = [.. Enumerable.Range(2, 20).Select(i => chain.Start(i))];
        foreach (Turn<int> turn in waiting)
        {
            turn.Interrupt();
        }

        go.SetResult();
        Assert.Equal(1, await first.Output.SingleAsync());
        Assert.Equal(99, await chain.RunAsync(99));
        Assert.Equal([1, 99], worked.Order());
    }

    static ActivityListener Listen(ConcurrentBag<Activity> stopped)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name is TelemetryNames.ActivitySource or "host",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}

/// <summary>Activity listeners hear every chain of the process, so tests with one do not run beside each other.</summary>
[CollectionDefinition(nameof(ActivityCollection), DisableParallelization = true)]
public class ActivityCollection;

using System.Runtime.CompilerServices;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Whatever a turn holds goes back as soon as it does not need it: places in queues, leases, inputs.</summary>
public class PlacesGivenBackTests
{
    [Fact]
    public void Fallback_BlockIsStillSynchronous_ItsPlaceIsGivenToTheNext() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("replaced")
            .Then("slow", async (int x, CancellationToken _) =>
            {
                if (x == 1)
                {
                    world.Block(200);
                    await world.Delay(3000, CancellationToken.None);
                }

                await world.Delay(50, CancellationToken.None);
                return x;
            }, o => o.Concurrency(1).Budget(100.Milliseconds()).OnOverrun(Overrun.Fallback(7)))
            .Build(world.Options());
        Turn<int> replaced = chain.Start(1);
        Turn<int> next = chain.Start(2);
        Assert.Equal(7, await replaced.Output.SingleAsync());
        Assert.Equal(2, await next.Output.SingleAsync());

        // At 100 ms, when the fallback took its place, although the block still held its thread.
        Assert.Equal(150, world.Elapsed.Ms());
        await world.Delay(5000);
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public void Fallback_BlockGoesOn_ItsPlaceIsGivenToTheNext() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("replaced")
            .Then("slow", async (int x, CancellationToken _) =>
            {
                await world.Delay(x == 1 ? 3000 : 50, CancellationToken.None);
                return x;
            }, o => o.Concurrency(1).Budget(100.Milliseconds()).OnOverrun(Overrun.Fallback(7)))
            .Build(world.Options());
        Turn<int> replaced = chain.Start(1);
        Turn<int> next = chain.Start(2);
        Assert.Equal(7, await replaced.Output.SingleAsync());
        Assert.Equal(2, await next.Output.SingleAsync());
        Assert.Equal(150, Math.Round(world.Elapsed.TotalMilliseconds));
    });

    [Fact]
    public void Then_WhatComesNextStartsAnotherTurn_ThatFindsThePlaceFree() => VirtualWorld.Run(async world =>
    {
        Chain<int, int>? chain = null;
        Turn<int>? second = null;
        await using Chain<int, int> made = chain = Chain.From<int>("again")
            .Then("narrow", world.Work<int>(10), o => o.Concurrency(1).Capacity(1, QueueFullMode.Reject))
            .Tap("next", (x, _) => second ??= chain!.Start(x + 1))
            .Build(world.Options());
        Assert.Equal(1, await chain.RunAsync(1));
        Assert.Equal([2], await second!.Output.ToListAsync());
    });

    [Fact]
    public void Fallback_OfAStream_ItsTokenFires() => VirtualWorld.Run(async world =>
    {
        double told = 0;
        await using Chain<int, int> chain = Chain.From<int>("replaced")
            .Stream<int>("slow", (_, _, token) =>
            {
                token.Register(() => told = Math.Round(world.Elapsed.TotalMilliseconds));
                return world.Count([5000], token);
            }, o => o.FirstOutput(100.Milliseconds()).OnOverrun(Overrun.Fallback(7)))
            .Collect("all")
            .Then("after", async (IReadOnlyList<int> all, CancellationToken token) =>
            {
                await world.Delay(500, token);
                return all.Single();
            })
            .Build(world.Options());
        Assert.Equal(7, await chain.RunAsync(1));
        Assert.Equal(100, told);
        Assert.Equal(600, Math.Round(world.Elapsed.TotalMilliseconds));
    });

    [Fact]
    public void Interrupt_WaitingValueIsRemoved_RoomGoesToWhoWaitsForItAndFreesItsWorker() => VirtualWorld.Run(async world =>
    {
        List<(double At, int Turn)> begun = [];
        await using Chain<int, int> chain = Chain.From<int>("two queues")
            .Then("first", async (int x, CancellationToken token) =>
            {
                begun.Add((world.Elapsed.Ms(), x));
                await world.Delay(1, token);
                return x;
            }, o => o.Concurrency(1).Capacity(10))
            .Then("narrow", world.Work<int>(1000), o => o.Concurrency(1).Capacity(2))
            .Build(world.Options());
        Turn<int>[] turns = [.. Enumerable.Range(0, 4).Select(i => chain.Start(i))];
        await world.Delay(100);
        Assert.Equal([0, 1, 2], begun.Select(b => b.Turn));
        turns[1].Interrupt();
        await world.Delay(1);
        Assert.Equal((100.0, 3), begun[^1]);
    });

    [Fact]
    public void Fork_RoomInOneBranchOnly_HoldsItsWorkerUntilThereIsInBoth() => VirtualWorld.Run(async world =>
    {
        List<double> begun = [];
        await using Chain<int, int> chain = Chain.From<int>("fork")
            .Then("first", async (int x, CancellationToken token) =>
            {
                begun.Add(Math.Round(world.Elapsed.TotalMilliseconds));
                await world.Delay(10, token);
                return x;
            }, o => o.Concurrency(1).Capacity(10))
            .Parallel(
                "both",
                l => l.Then("left", world.Work<int>(100), o => o.Concurrency(1).Capacity(1)),
                r => r.Then("right", world.Work<int>(300), o => o.Concurrency(1).Capacity(1)),
                (x, _, _) => x)
            .Build(world.Options());
        Turn<int>[] turns = [.. Enumerable.Range(0, 4).Select(i => chain.Start(i))];
        await Task.WhenAll(turns.Select(t => t.Completion));
        Assert.Equal([0, 10, 310, 610], begun);
    });

    [Fact]
    public void DisposeAsync_TurnsInside_AllHaveEndedWhenItReturns() => VirtualWorld.Run(async world =>
    {
        Chain<int, int> chain = Chain.From<int>("disposed").Then("work", world.Work<int>(50), o => o.Concurrency(1)).Build(world.Options());
        Turn<int>[] turns = [.. Enumerable.Range(0, 3).Select(i => chain.Start(i))];
        await world.Delay(10);
        await chain.DisposeAsync();
        Assert.Equal((0, 0), (chain.LiveTurns, chain.DetachedBlocks));
        await world.Delay(1);
        Assert.All(turns, t => Assert.True(t.Completion.IsCompleted));
        Assert.Equal(TurnOutcome.Rejected, (await chain.Start(4).Completion).Outcome);
    });

    [Fact]
    public void Start_TokenHasFired_TakesNoPlaceInABusyQueue() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("busy")
            .Then("narrow", world.Work<int>(100), o => o.Concurrency(1).Capacity(2, QueueFullMode.Reject))
            .Build(world.Options());
        Turn<int> working = chain.Start(1);
        await world.Delay(10);
        Turn<int> over = chain.Start(2, new CancellationToken(canceled: true));
        Assert.Equal(TurnOutcome.Interrupted, (await over.Completion).Outcome);
        Assert.Equal([3], await chain.Start(3).Output.ToListAsync());
        Assert.Equal(TurnOutcome.Completed, (await working.Completion).Outcome);
        Assert.Equal(200, world.Elapsed.Ms());
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Interrupt_StreamWaitsForASlowReader_ItIsLetGo(bool toTheHost) => VirtualWorld.Run(async world =>
    {
        StreamChainBuilder<int, int> made = Chain.From<int>("slow reader")
            .Stream<int>("make", (_, _, _) => world.Count(Enumerable.Repeat(1.0, 100)), o => o.StreamCapacity(1));
        await using StreamChain<int, int> chain = (toTheHost ? made : made.StreamEach<int>("slow", (x, _, token) => SlowItems(world, x, token), o => o.StreamCapacity(1)))
            .Build(world.Options(o => o.OutputCapacity = 1));
        Turn<int> turn = chain.Start(1);
        await world.Delay(50);
        turn.Interrupt();
        TurnQuiescence quiet = await turn.WhenQuiescentAsync();
        Assert.DoesNotContain(quiet.Blocks, b => b.Detached);
        Assert.InRange(quiet.Elapsed.TotalMilliseconds, 0, 2);
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public void Interrupt_StreamWaitsForASlowReader_IsNotAskedForAnotherItem() => VirtualWorld.Run(async world =>
    {
        int asked = 0;
        await using StreamChain<int, int> chain = Chain.From<int>("slow reader")
            .Stream<int>("make", (_, _, _) => Many(), o => o.StreamCapacity(1))
            .Build(world.Options(o => o.OutputCapacity = 1));
        Turn<int> turn = chain.Start(1);
        await world.Delay(50);
        Assert.InRange(asked, 1, 10);
        int before = asked;
        turn.Interrupt();
        await turn.WhenQuiescentAsync();
        Assert.Equal(before, asked);

        async IAsyncEnumerable<int> Many()
        {
            while (true)
            {
                await Task.CompletedTask;
                yield return ++asked;
            }
        }
    });

    [Fact]
    public void Interrupt_NextBlockWaitsForItsDevice_TheStreamThatWaitsForRoomIsLetGo() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        await using StreamChain<int, int> chain = Chain.From<int>("waits")
            .Stream<int>("make", (_, _, _) => world.Count(Enumerable.Repeat(1.0, 100)), o => o.StreamCapacity(1))
            .StreamEach<int>("speak", (x, _, token) => SlowItems(world, x, token), o => o.On("cpu").StreamCapacity(1))
            .Build(world.Options(o => o.Devices = devices));
        Turn<int> first = chain.Start(1);
        await world.Delay(10);
        Turn<int> waits = chain.Start(2);
        await world.Delay(50);
        Assert.Equal(1, devices.OpenLeases);
        waits.Interrupt();
        TurnQuiescence quiet = await waits.WhenQuiescentAsync();
        Assert.DoesNotContain(quiet.Blocks, b => b.Detached);
        Assert.InRange(quiet.Elapsed.TotalMilliseconds, 0, 2);
        first.Interrupt();
    });

    [Fact]
    public void Interrupt_StreamWaitsForRoomDownstream_ItsLeaseGoesBack() => VirtualWorld.Run(async world =>
    {
        int begun = 0;
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        await using StreamChain<int, int> chain = Chain.From<int>("opening")
            .Stream<int>("make", (x, _, _) =>
            {
                begun++;
                return Items(x);
            }, o => o.On("cpu"))
            .StreamEach<int>("speak", (x, _, token) => SlowItems(world, x, token), o => o.Concurrency(1).Capacity(1))
            .Build(world.Options(o => o.Devices = devices));
        Turn<int> first = chain.Start(1);
        await world.Delay(10);
        Assert.Equal(0, devices.OpenLeases);
        Turn<int> waits = chain.Start(2);
        await world.Delay(10);
        Assert.Equal(1, devices.OpenLeases);
        waits.Interrupt();
        await world.Delay(1);
        Assert.Equal(0, devices.OpenLeases);
        Assert.Equal([1], await first.Output.ToListAsync());
        Assert.Equal(1, begun);
        Assert.Equal(0.0, (await waits.WhenQuiescentAsync()).Elapsed.TotalMilliseconds, 1.0);
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Theory]
    [InlineData(1)] // The interrupted turn waits for room.
    [InlineData(4)] // It waits for a worker.
    public void Interrupt_TurnWaits_ItsInputCanBeCollected(int capacity) => VirtualWorld.Run(async world =>
    {
        await using Chain<object, object> chain = Chain.From<object>("full")
            .Then("narrow", world.Work<object>(1000), o => o.Concurrency(1).Capacity(capacity))
            .Build(world.Options());
        Turn<object> working = chain.Start(new object());
        await world.Delay(10);
        WeakReference input = StartAndInterrupt(chain);
        await world.Delay(10);
        Collected.Assert(input);
        Assert.NotNull(await working.Output.SingleAsync());
    });

    [Fact]
    public void Turn_HasEnded_ChainDoesNotKeepIt() => VirtualWorld.Run(async world =>
    {
        await using Chain<object, object> chain = Chain.From<object>("chain")
            .Then("work", async (object x, CancellationToken token) =>
            {
                await world.Delay(x is TimeSpan time ? time.TotalMilliseconds : 1, token);
                return x;
            }, o => o.Concurrency(2).Budget(60.Seconds()).OnOverrun(Overrun.Cancel))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(60.Seconds())));
        Turn<object> oldest = chain.Start(10.Seconds());
        await world.Delay(1);
        WeakReference between = StartAndForget(chain);
        await world.Delay(100);
        WeakReference latest = StartAndForget(chain);
        await world.Delay(100);
        Collected.Assert(between);
        Collected.Assert(latest);
        Assert.Equal(1, chain.LiveTurns);
        await oldest.Completion;
    });

    [Fact]
    public void Turn_HasEnded_ItsCallersTokenDoesNotKeepIt() => VirtualWorld.Run(async world =>
    {
        using var caller = new CancellationTokenSource();
        await using Chain<object, object> chain = Chain.From<object>("chain").Then("work", world.Work<object>(1)).Build(world.Options());
        WeakReference turn = StartAndForget(chain, caller.Token);
        await world.Delay(100);
        Collected.Assert(turn);
        GC.KeepAlive(caller);
    });

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 8)]
    public void Turn_GoesOn_WhatPassedThroughAQueueCanBeCollected(int concurrency, int capacity) => VirtualWorld.Run(async world =>
    {
        List<WeakReference> made = [];
        await using Chain<int, int> chain = Chain.From<int>("passing")
            .Then("make", x => Make(made))
            .Then("narrow", world.Work<object>(10), o => o.Concurrency(concurrency).Capacity(capacity))
            .Then("forget", _ => 1)
            .Then("long", world.Work<int>(10_000))
            .Build(world.Options());
        Turn<int>[] turns = [.. Enumerable.Range(0, 4).Select(i => chain.Start(i))];
        await world.Delay(1000);
        Assert.Equal(4, made.Count);
        made.ForEach(Collected.Assert);
        Assert.All(turns, t => Assert.False(t.Completion.IsCompleted));
        await Task.WhenAll(turns.Select(t => t.Completion));
    });

    /// <summary>The turn is interrupted with its chain while it begins, one run for each look at the clock.</summary>
    [Fact]
    public void Turn_EndsWhileItBegins_ItsCallersTokenDoesNotKeepIt()
    {
        int at = 0;
        while (VirtualWorld.Run(world => EndWhileItBeginsAsync(world, ++at)))
        {
        }

        Assert.InRange(at, 3, 100);
    }

    static async Task<bool> EndWhileItBeginsAsync(VirtualWorld world, int at)
    {
        using var caller = new CancellationTokenSource();
        var clock = new InterruptingClock(world.Clock, at);
        await using Chain<object, object> chain = Chain.From<object>("chain").Then("work", world.Work<object>(1))
            .Build(world.Options(o => (o.TimeProvider, o.Budget) = (clock, LatencyBudget.Total(60.Seconds()))));
        clock.Act = chain.InterruptTurns;
        WeakReference turn = StartAndForget(chain, caller.Token);
        await world.Delay(100);
        clock.Act = null;
        Collected.Assert(turn);
        return clock.HasActed;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static object Make(List<WeakReference> made)
    {
        object one = new();
        made.Add(new WeakReference(one));
        return one;
    }

    static async IAsyncEnumerable<int> Items(int x)
    {
        yield return x;
        await Task.CompletedTask;
    }

    static async IAsyncEnumerable<int> SlowItems(VirtualWorld world, int x, [EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(1000, token);
        yield return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference StartAndInterrupt(Chain<object, object> chain)
    {
        object input = new();
        chain.Start(input).Interrupt();
        return new WeakReference(input);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference StartAndForget(Chain<object, object> chain, CancellationToken token = default) => new(chain.Start(new object(), token).Completion);
}

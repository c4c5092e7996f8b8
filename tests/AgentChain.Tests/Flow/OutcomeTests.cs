using AgentChain.Blocks;
using AgentChain.Budgets;
using AgentChain.Building;
using AgentChain.Tests.Simulation;
using AgentChain.Turns;

namespace AgentChain.Tests.Flow;

/// <summary>Laws 1 and 5: one outcome, always explicit, and the chain goes on.</summary>
public class OutcomeTests
{
    public enum Fault
    {
        Throws,
        ThrowsAfterAwait,
        ThrowsOperationCanceled,
        ThrowsOperationCanceledAfterAwait,
        ReturnsCanceledTask,
    }

    public enum Place
    {
        Fused,
        Async,
        AsyncAtOnce,
        Stream,
        StreamAtOnce,
        StreamLater,
        StreamEach,
        ThenEach,
        Regroup,
        Revise,
        Branch,
        Join,
        Classifier,
        LoopCondition,
        SubChain,
        Fallback,
        Device,
        Tap,
        Observer,
    }

    public static TheoryData<Place, Fault> Everywhere()
    {
        var data = new TheoryData<Place, Fault>();
        foreach (Place place in Enum.GetValues<Place>())
        {
            foreach (Fault fault in Enum.GetValues<Fault>())
            {
                data.Add(place, fault);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void RunAsync_BlockFails_TurnFailsAndNamesItAndTheNextTurnCompletes(Place place, Fault fault) => VirtualWorld.Run(async world =>
    {
        bool broken = true;
        await using Chain<int, int> chain = Make(place, world, Break, BreakSync).Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal(TurnOutcome.Failed, result.Outcome);
        var error = Assert.IsType<BlockFailedException>(result.Error);
        Assert.Equal(place == Place.SubChain ? "sub/bad" : place == Place.Fallback ? "slow fallback" : "bad", error.Block);
        Type thrown = fault is Fault.Throws or Fault.ThrowsAfterAwait ? typeof(InvalidDataException) : typeof(OperationCanceledException);
        Assert.IsAssignableFrom(thrown, error.InnerException);
        Reports.AssertLawful(result);

        broken = false;
        Assert.Equal(1, await chain.RunAsync(1));
        Assert.Equal(0, chain.LiveTurns);
        Assert.Equal(0, chain.Devices.OpenLeases);
        await world.Delay(1000);
        Assert.Equal(0, chain.DetachedBlocks);

        void BreakSync()
        {
            if (broken)
            {
                throw fault is Fault.Throws or Fault.ThrowsAfterAwait ? new InvalidDataException("secret") : new OperationCanceledException("secret");
            }
        }

        async ValueTask Break()
        {
            if (!broken)
            {
                return;
            }

            switch (fault)
            {
                case Fault.ThrowsAfterAwait:
                    await world.Delay(5);
                    throw new InvalidDataException("secret");
                case Fault.ThrowsOperationCanceledAfterAwait:
                    await world.Delay(5);
                    throw new OperationCanceledException("secret");
                case Fault.ThrowsOperationCanceled:
                    throw new OperationCanceledException();
                case Fault.ReturnsCanceledTask:
                    await Task.FromCanceled(new CancellationToken(true));
                    break;
                default:
                    throw new InvalidDataException("secret");
            }
        }
    });

    static ChainBuilder<int, int> Make(Place place, VirtualWorld world, Func<ValueTask> fail, Action failSync)
    {
        ChainBuilder<int, int> from = Chain.From<int>("bad chain");
        return place switch
        {
            Place.Fused => from.Then("bad", x => Sync(x)),
            Place.Tap => from.Tap("bad", (x, _) => Sync(x)),
            Place.Async => from.Then("bad", (x, token) => Async(x)),
            Place.AsyncAtOnce => from.Then("bad", (int x, CancellationToken _) => ValueTask.FromResult(Sync(x))),
            Place.StreamAtOnce => from.Stream<int>("bad", (x, _, _) => Ok(Sync(x))).Collect("all").Then("last", all => all[^1]),
            Place.Device => from.Then("bad", (x, token) => Async(x), o => o.On("cpu")),
            Place.Stream => from.Stream<int>("bad", (x, _, _) => Stream(x, 0)).Collect("all").Then("last", all => all[^1]),
            Place.StreamLater => from.Stream<int>("bad", (x, _, _) => Stream(x, 2)).Collect("all").Then("last", all => all[^1]),
            Place.StreamEach => from.Stream<int>("ok", (x, _, _) => Ok(x)).StreamEach<int>("bad", (x, _, _) => Stream(x, 0)).Collect("all").Then("last", all => all[^1]),
            Place.ThenEach => from.Stream<int>("ok", (x, _, _) => Ok(x)).ThenEach("bad", x => Sync(x)).Collect("all").Then("last", all => all[^1]),
            Place.Regroup => from.Stream<int>("ok", (x, _, _) => Ok(x)).Regroup("bad", new Regrouping(Sync)).Collect("all").Then("last", all => all[^1]),
            Place.Revise => from.Revise("bad", new Revising(fail)),
            Place.Observer => from.Revise("bad", new Revising(() => default), o => o.OnHypothesis((h, _) => Sync(h.Value))),
            Place.Branch => from.Parallel("join", l => l.Then("bad", (x, token) => Async(x)), r => r.Then("slow", world.Work<int>(100)), (x, _, _) => x),
            Place.Join => from.Parallel("bad", l => l.Then("l", x => x), r => r.Then("r", x => x), (x, _, _) => Sync(x)),
            Place.Classifier => from.Route("bad", x => Sync(x) == 1 ? "one" : "", r => r.To("one", b => b.Then("one block", x => x))),
            Place.LoopCondition => from.Loop("bad", b => b.Then("body", x => x), x => Sync(x) == 2, LoopBound.Fail(2)),
            Place.SubChain => from.Then("sub", Chain.From<int>("inner").Then("bad", (x, token) => Async(x)).Build(world.Options())),
            _ => from.Then("slow", world.Work<int>(100), o => o.Budget(10.Milliseconds()).OnOverrun(Overrun.FallbackTo(new Block(Async)))),
        };

        int Sync(int x)
        {
            failSync();
            return x;
        }

        async ValueTask<int> Async(int x)
        {
            await fail();
            return x;
        }

        async IAsyncEnumerable<int> Stream(int x, int good)
        {
            for (int i = 0; i < good; i++)
            {
                await world.Delay(1);
                yield return i;
            }

            await fail();
            yield return x;
        }

        static async IAsyncEnumerable<int> Ok(int x)
        {
            await Task.Yield();
            yield return x;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Interrupt_TurnRuns_EndsAsInterruptedAtOnceAndBlocksStop(bool byToken) => VirtualWorld.Run(async world =>
    {
        bool stopped = false;
        await using Chain<int, int> chain = Chain.From<int>("interrupt").Then("wait", async (int x, CancellationToken token) =>
        {
            try
            {
                await world.Delay(1000, token);
            }
            catch (OperationCanceledException)
            {
                stopped = true;
                throw;
            }

            return x;
        }).Build(world.Options());
        using var caller = new CancellationTokenSource();
        Turn<int> turn = chain.Start(1, caller.Token);
        await world.Delay(10);
        if (byToken)
        {
            caller.Cancel();
        }
        else
        {
            turn.Interrupt();
            turn.Interrupt();
        }

        TurnResult result = await turn.Completion;
        Assert.Equal(TurnOutcome.Interrupted, result.Outcome);
        Assert.Equal(10, result.Report.Elapsed.Ms());
        await Assert.ThrowsAsync<TurnInterruptedException>(async () => await turn.Output.ToListAsync());
        await world.Delay(500);
        Assert.True(stopped);
        Assert.Equal(0, chain.DetachedBlocks);
        Assert.Equal(0, chain.LiveTurns);
    });

    [Fact]
    public async Task RunAsync_CallersTokenFires_ThrowsOperationCanceledWithThatToken()
    {
        await using Chain<int, int> value = Chain.From<int>("value").Then("wait", async (int x, CancellationToken token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return x;
        }).Build();
        using var caller = new CancellationTokenSource();
        Task<int> running = value.RunAsync(1, caller.Token).AsTask();
        Task<IReadOnlyList<int>> listing = value.RunToListAsync(1, caller.Token).AsTask();
        await caller.CancelAsync();
        OperationCanceledException one = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        OperationCanceledException other = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listing);
        Assert.Equal(caller.Token, one.CancellationToken);
        Assert.Equal(caller.Token, other.CancellationToken);

        // A token that has fired already does not start any work.
        OperationCanceledException early = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await value.RunAsync(1, caller.Token));
        Assert.Equal(caller.Token, early.CancellationToken);
        Assert.Equal(0, value.LiveTurns);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Deadline_BlockIgnoresItsToken_TurnEndsOnTimeAndTheBlockIsDetachedAndCounted(bool stream) => VirtualWorld.Run(async world =>
    {
        ChainOptions options = world.Options(o =>
        {
            o.Budget = LatencyBudget.Total(100.Milliseconds());
            o.Grace = 50.Milliseconds();
        });
        ChainBuilder<int, int> from = Chain.From<int>("deaf");
        await using Chain<int, int> chain = stream
            ? from.Stream<int>("deaf", (x, _, _) => Deaf()).Build(options)
            : from.Then("deaf", world.DeafWork<int>(1000)).Build(options);
        Turn<int> turn = chain.Start(1);
        TurnResult result = await turn.Completion;
        Assert.Equal(TurnOutcome.DeadlineExceeded, result.Outcome);
        Assert.Null(Assert.IsType<TurnDeadlineExceededException>(result.Error).Block);
        Assert.InRange(result.Report.Elapsed.TotalMilliseconds, 100, 100.01);
        Assert.Equal(0, chain.LiveTurns);

        await world.Delay(49);
        Assert.Equal(0, chain.DetachedBlocks);
        await world.Delay(2);
        Assert.Equal(1, chain.DetachedBlocks);
        await world.Delay(1000);
        Assert.Equal(0, chain.DetachedBlocks);
        await Assert.ThrowsAsync<TurnDeadlineExceededException>(async () => await turn.Output.ToListAsync());

        async IAsyncEnumerable<int> Deaf()
        {
            await world.Delay(1000);
            yield return 1;
        }
    });

    [Fact]
    public void Deadline_BlockObeysWithinTheGrace_IsNotDetached() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("slow to stop").Then("block", async (int x, CancellationToken token) =>
        {
            try
            {
                await world.Delay(1000, token);
            }
            catch (OperationCanceledException)
            {
                await world.Delay(30);
            }

            return x;
        }).Build(world.Options(o => o.Budget = LatencyBudget.Total(100.Milliseconds())));
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal(TurnOutcome.DeadlineExceeded, result.Outcome);
        await world.Delay(500);
        Assert.DoesNotContain(result.Report.Spans, s => s.Notes.HasFlag(SpanNotes.Detached));
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public async Task Interrupt_BlockBlocksItsThread_TurnEndsAllTheSameAndTheBlockIsDetached()
    {
        var begun = new TaskCompletionSource();
        var release = new ManualResetEventSlim();
        await using Chain<int, int> chain = Chain.From<int>("blocking").Then("blocking", (int x, CancellationToken _) =>
        {
            if (x == 1)
            {
                begun.SetResult();
                release.Wait();
            }

            return ValueTask.FromResult(x);
        }).Build(new ChainOptions { Grace = 10.Milliseconds() });
        Turn<int> turn = chain.Start(1);
        await begun.Task;
        turn.Interrupt();
        TurnResult result = await turn.Completion.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(TurnOutcome.Interrupted, result.Outcome);
        await Eventually.Async(() => chain.DetachedBlocks == 1);
        Assert.Contains(result.Report.Spans, s => s.Notes.HasFlag(SpanNotes.Detached));
        Assert.Equal(2, await chain.RunAsync(2));
        release.Set();
        await Eventually.Async(() => chain.DetachedBlocks == 0);
    }

    [Fact]
    public void Detach_BlockLimitedToOneTurn_ItsPlaceIsGivenToTheNext() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("one")
            .Then("one at a time", async (int x, CancellationToken _) =>
            {
                await world.Delay(x);
                return x;
            }, o => o.Concurrency(1))
            .Build(world.Options(o => o.Grace = 20.Milliseconds()));
        Turn<int> deaf = chain.Start(1000);
        Turn<int> next = chain.Start(10);
        await world.Delay(50);
        deaf.Interrupt();
        Assert.Equal(10, await next.Output.SingleAsync());
        Assert.InRange((await next.Completion).Report.Elapsed.TotalMilliseconds, 80, 80.01);
    });

    [Fact]
    public void LateResult_OfADetachedBlock_IsNeverSeen() => VirtualWorld.Run(async world =>
    {
        List<int> seen = [];
        await using Chain<int, int> chain = Chain.From<int>("late")
            .Then("deaf", world.DeafWork<int>(300))
            .Tap("behind", (x, _) => seen.Add(x))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(100.Milliseconds())));
        Turn<int> turn = chain.Start(1);
        await turn.Completion;
        await world.Delay(1000);
        Assert.Empty(seen);
        Assert.Equal(TurnOutcome.DeadlineExceeded, (await turn.Completion).Outcome);
    });

    [Fact]
    public async Task TokenCallbackThrows_OutcomeStandsAndOthersAreTold()
    {
        var told = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await using Chain<int, int> chain = Chain.From<int>("callbacks").Then("block", async (int x, CancellationToken token) =>
        {
            token.Register(() => told.SetResult());
            token.Register(() => throw new InvalidDataException());
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return x;
        }).Build();
        Turn<int> turn = chain.Start(1);
        await begun.Task;
        turn.Interrupt();
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        await told.Task;
    }

    [Fact]
    public async Task TokenCallbackBlocks_TokensOfOtherTurnsFireAllTheSame()
    {
        var gate = new ManualResetEventSlim();
        var held = new TaskCompletionSource();
        var begun = new SemaphoreSlim(0);
        var told = new TaskCompletionSource();
        await using Chain<int, int> chain = Chain.From<int>("callbacks").Then("block", async (int x, CancellationToken token) =>
        {
            token.Register(() =>
            {
                if (x == 1)
                {
                    held.TrySetResult();
                    gate.Wait();
                }
                else
                {
                    told.TrySetResult();
                }
            });
            begun.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return x;
        }).Build(new ChainOptions { Budget = LatencyBudget.Total(50.Milliseconds()) });
        await UntilItBegins(1);
        await held.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await UntilItBegins(2);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));
        gate.Set();
        await Eventually.Async(() => chain.DetachedBlocks == 0);

        // On a busy machine the deadline may come before the block has begun; then there is no callback, and another try.
        async Task UntilItBegins(int x)
        {
            do
            {
                Assert.Equal(TurnOutcome.DeadlineExceeded, (await chain.Start(x).Completion).Outcome);
            }
            while (!await begun.WaitAsync(100));
        }
    }

    [Fact]
    public void Deadline_LongerThanTime_NeverFires() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("long").Then("work", world.Work<int>(1000))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(TimeSpan.MaxValue).AndStall(TimeSpan.MaxValue)));
        Assert.Equal(1, await chain.RunAsync(1));
    });

    sealed class Block(Func<int, ValueTask<int>> invoke) : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => invoke(input);
    }

    sealed class Revising(Func<ValueTask> fail) : IRevisingBlock<int, int>
    {
        public async IAsyncEnumerable<Hypothesis<int>> InvokeAsync(
            int input, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Hypothesis.Tentative(input, 0.2);
            await fail();
            yield return Hypothesis.Final(input);
        }
    }

    sealed class Regrouping(Func<int, int> invoke) : IRegroupBlock<int, int>, IRegrouper<int, int>
    {
        public IRegrouper<int, int> Begin(BlockContext context) => this;

        public void Add(int item, ICollection<int> ready) => ready.Add(invoke(item));

        public void Complete(ICollection<int> ready)
        {
        }
    }
}

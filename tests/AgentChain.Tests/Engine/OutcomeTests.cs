using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Laws 1 and 5: one outcome, always explicit, and the chain continues.</summary>
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
        Assert.IsType<TurnInterruptedException>(result.Error);
        if (byToken)
        {
            OperationCanceledException thrown = await Assert.ThrowsAsync<OperationCanceledException>(async () => await turn.Output.ToListAsync());
            Assert.Equal(caller.Token, thrown.CancellationToken);
        }
        else
        {
            await Assert.ThrowsAsync<TurnInterruptedException>(async () => await turn.Output.ToListAsync());
        }

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

using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Engine;

/// <summary>Items that were produced before an error or a deadline are delivered; the end follows them.</summary>
public class StreamErrorTests
{
    /// <summary>Where the third item fails.</summary>
    public enum Failing
    {
        Stream,
        StreamAsynchronously,
        Fused,
        Each,
        EachMidway,
        Regroup,
        SubChain,
        StreamBeforeASlowBlock,
    }

    [Theory]
    [InlineData(Failing.Stream, "bad")]
    [InlineData(Failing.StreamAsynchronously, "bad")]
    [InlineData(Failing.Fused, "bad")]
    [InlineData(Failing.Each, "bad")]
    [InlineData(Failing.EachMidway, "bad")]
    [InlineData(Failing.Regroup, "bad")]
    [InlineData(Failing.SubChain, "inner/bad")]
    [InlineData(Failing.StreamBeforeASlowBlock, "bad")]
    public void Output_ABlockThrowsAtTheThirdItem_ReaderGetsTheTwoBeforeIt(Failing where, string block) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> sub = Chain.From<int>("sub").Stream<int>("bad", (_, _, _) => Fails(world, 0)).Build(world.Options());
        ChainBuilder<int, int> begin = Chain.From<int>("fails");
        StreamChainBuilder<int, int> failing = where switch
        {
            Failing.Stream => begin.Stream<int>("bad", (_, _, _) => Fails(world, 0)),
            Failing.StreamAsynchronously => begin.Stream<int>("bad", (_, _, _) => Fails(world, 5)),
            Failing.Fused => Items(begin).ThenEach("bad", (int x) => x == 2 ? throw new InvalidDataException() : x),
            Failing.Each => Items(begin).ThenEach("bad", (int x, CancellationToken _) => x == 2 ? throw new InvalidDataException() : ValueTask.FromResult(x)),
            Failing.EachMidway => begin.Stream<int>("one", (_, _, _) => new[] { 0 }.ToAsyncEnumerable()).StreamEach<int>("bad", (_, _, _) => Fails(world, 5)),
            Failing.Regroup => Items(begin).Regroup("bad", new Regrouper()),
            Failing.SubChain => begin.Stream("inner", sub),
            _ => begin.Stream<int>("bad", (_, _, _) => Fails(world, 0)).ThenEach("slow", world.Work<int>(50)),
        };
        await using StreamChain<int, int> chain = failing.Build(world.Options());
        Turn<int> turn = chain.Start(1);
        (List<int> seen, Exception error) = await ReadAsync(turn);
        Assert.Equal([0, 1], seen);
        TurnResult result = await turn.Completion;
        Assert.Equal((TurnOutcome.Failed, block), (result.Outcome, result.Error!.Block));
        Assert.Same(result.Error, error);
        Assert.IsType<InvalidDataException>(error.InnerException);
        Reports.AssertLawful(result);
        await world.Delay(1000);
        Assert.Equal(0, chain.LiveTurns);
    });

    [Fact]
    public void Collect_StreamThrowsMidway_MakesNoListAndFailsTheTurn() => VirtualWorld.Run(async world =>
    {
        bool collected = false;
        await using Chain<int, int> chain = Chain.From<int>("collect").Stream<int>("bad", (_, _, _) => Fails(world, 1)).Collect("all")
            .Then("count", all =>
            {
                collected = true;
                return all.Count;
            }).Build(world.Options());
        await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(1));
        Assert.False(collected);
    });

    [Fact]
    public void StreamEach_FailsWhileItsProducerGoesOn_ProducerStopsAtOnce() => VirtualWorld.Run(async world =>
    {
        int made = 0;
        bool stopped = false;
        await using StreamChain<int, int> chain = Chain.From<int>("stops")
            .Stream<int>("make", (_, _, token) => Endless(token))
            .ThenEach("bad", (int x) => x == 2 ? throw new InvalidDataException() : x)
            .ThenEach("slow", world.Work<int>(1000))
            .Build(world.Options());
        (List<int> seen, _) = await ReadAsync(chain.Start(1));
        Assert.Equal([0, 1], seen);
        Assert.True(stopped);
        Assert.Equal(4, made);

        async IAsyncEnumerable<int> Endless([EnumeratorCancellation] CancellationToken token)
        {
            try
            {
                while (true)
                {
                    await world.Delay(1, token);
                    yield return made++;
                }
            }
            finally
            {
                stopped = true;
            }
        }
    });

    [Fact]
    public void Output_DeadlinePasses_ItemsThatReachedItAreReadAndThoseBetweenBlocksAreDropped() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("late")
            .Stream<int>("many", (_, _, _) => Enumerable.Range(0, 10).ToAsyncEnumerable())
            .ThenEach("slow", world.Work<int>(20))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(90.Milliseconds())));
        Turn<int> turn = chain.Start(1);
        await turn.Completion;
        (List<int> seen, Exception error) = await ReadAsync(turn);
        Assert.Equal([0, 1, 2, 3], seen);
        Assert.IsType<TurnDeadlineExceededException>(error);
    });

    [Fact]
    public void Output_DeadlinePassesWhileTheReaderIsSlow_ItemThatWaitedForRoomIsReadToo() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("full")
            .Stream<int>("many", (_, _, _) => Enumerable.Range(0, 10).ToAsyncEnumerable())
            .Build(world.Options(o => (o.Budget, o.OutputCapacity) = (LatencyBudget.Total(90.Milliseconds()), 2)));
        Turn<int> turn = chain.Start(1);
        await turn.Completion;
        Assert.Equal([0, 1, 2], (await ReadAsync(turn)).Seen);
    });

    [Fact]
    public void Output_FailsWhilePaused_ItemsAndThenTheErrorComeAfterResume() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("paused").Stream<int>("bad", (_, _, _) => Fails(world, 5)).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        turn.Pause();
        Task<(List<int> Seen, Exception Error)> reading = ReadAsync(turn);
        await world.Delay(100);
        Assert.True(turn.Completion.IsCompleted);
        Assert.False(reading.IsCompleted);
        turn.Resume();
        (List<int> seen, Exception error) = await reading;
        Assert.Equal([0, 1], seen);
        Assert.IsType<BlockFailedException>(error);
        Assert.Equal(100, world.Elapsed.Ms());
    });

    [Fact]
    public void Output_FailsWhilePausedAndNothingWaits_ErrorComesAtOnce() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("paused").Stream<int>("bad", (_, _, _) => Fails(world, 10)).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        Task<(List<int> Seen, Exception Error)> reading = ReadAsync(turn);
        await world.Delay(25);
        turn.Pause();
        (List<int> seen, Exception error) = await reading;
        Assert.Equal([0, 1], seen);
        Assert.IsType<BlockFailedException>(error);
        Assert.Equal(30, world.Elapsed.Ms());
    });

    [Fact]
    public void History_TurnFailed_CountsOnlyWhatWasReadAsHeard() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("heard").Stream<int>("bad", (_, _, _) => Fails(world, 0)).Build(world.Options());
        await using Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> turn = await conversation.StartAsync(1);
        await turn.Completion;
        Assert.Empty(conversation.History);
        await foreach (int _ in turn.Output)
        {
            break;
        }

        Assert.Equal([0], Assert.Single(conversation.History).Heard);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Speculate_CommittedRunThrowsMidway_ItsItemsComeBeforeTheError(bool each) => VirtualWorld.Run(async world =>
    {
        ChainBuilder<string, string> begin = Chain.From<string>("voice").Revise("listen", world.Hears((10, "same"), (100, "same")));
        StreamChainBuilder<string, int> stream = each
            ? begin.Stream<int>("one", (_, _, _) => new[] { 0 }.ToAsyncEnumerable(), o => o.Speculate()).StreamEach<int>("bad", (_, _, _) => Fails(world, 50), o => o.Speculate())
            : begin.Stream<int>("bad", (_, _, _) => Fails(world, 50), o => o.Speculate());
        await using StreamChain<string, int> chain = stream.Build(world.Eager());
        Turn<int> turn = chain.Start("");
        (List<int> seen, Exception error) = await ReadAsync(turn);

        // It begins at 10 and makes items at 60 and 110; its input is certain at 100, and it throws at 160.
        Assert.Equal([0, 1], seen);
        Assert.Equal(160, world.Elapsed.Ms());
        Assert.Equal("bad", Assert.IsType<BlockFailedException>(error).Block);
        Assert.Equal(each ? 2 : 1, (await turn.Completion).Report.Speculation.Committed);
    });

    static StreamChainBuilder<int, int> Items(ChainBuilder<int, int> chain) =>
        chain.Stream<int>("items", (_, _, _) => Enumerable.Range(0, 5).ToAsyncEnumerable());

    static async IAsyncEnumerable<int> Fails(VirtualWorld world, double milliseconds)
    {
        for (int i = 0; i < 2; i++)
        {
            if (milliseconds > 0)
            {
                await world.Delay(milliseconds);
            }

            yield return i;
        }

        if (milliseconds > 0)
        {
            await world.Delay(milliseconds);
        }

        throw new InvalidDataException();
    }

    static async Task<(List<int> Seen, Exception Error)> ReadAsync(Turn<int> turn)
    {
        List<int> seen = [];
        Exception error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (int item in turn.Output)
            {
                seen.Add(item);
            }
        });
        return (seen, error);
    }

    /// <summary>Items that were ready in the call that threw continue, and the error follows the items that wait in queues.</summary>
    [Fact]
    public void Regroup_ThrowsWithItemsReady_TheyGoOnBeforeTheError() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("ready")
            .Stream<int>("items", (_, _, _) => Enumerable.Range(0, 3).ToAsyncEnumerable())
            .Regroup("bad", new ReadyAndThrows())
            .StreamEach<int>("slow", (x, _, token) => SlowAsync(world, x, token))
            .Build(world.Options());
        (List<int> seen, Exception error) = await ReadAsync(chain.Start(1));
        Assert.Equal([0, 1, 2, 20], seen);
        Assert.Equal("bad", Assert.IsType<BlockFailedException>(error).Block);
    });

    static async IAsyncEnumerable<int> SlowAsync(VirtualWorld world, int x, [EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(10, token);
        yield return x;
    }

    sealed class ReadyAndThrows : IRegroupBlock<int, int>, IRegrouper<int, int>
    {
        public IRegrouper<int, int> Begin(BlockContext context) => this;

        public void Add(int item, ICollection<int> ready)
        {
            ready.Add(item);
            if (item == 2)
            {
                ready.Add(20);
                throw new InvalidDataException();
            }
        }

        public void Complete(ICollection<int> ready)
        {
        }
    }

    sealed class Regrouper : IRegroupBlock<int, int>, IRegrouper<int, int>
    {
        public IRegrouper<int, int> Begin(BlockContext context) => this;

        public void Add(int item, ICollection<int> ready)
        {
            if (item == 2)
            {
                throw new InvalidDataException();
            }

            ready.Add(item);
        }

        public void Complete(ICollection<int> ready)
        {
        }
    }
}

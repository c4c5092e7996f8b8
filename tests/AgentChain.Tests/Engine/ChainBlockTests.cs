using System.Threading.Tasks.Dataflow;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

public sealed class ChainBlockTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    private static readonly DataflowLinkOptions Propagate = new() { PropagateCompletion = true };

    [Fact]
    public async Task Fault_Twice_TheFirstCounts()
    {
        await using Chain<int, int> chain = Chain.From<int>("faults").Then("wait", async (int x, CancellationToken token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return x;
        }).Build();
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock();
        Assert.True(block.Post(1));
        block.Fault(new InvalidDataException());
        block.Fault(new FormatException());
        await Assert.ThrowsAsync<InvalidDataException>(() => block.Completion.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void AsPropagatorBlock_Streams_ItemsComeAsTheyAreMadeInTheOrderOfTheInputs()
    {
        VirtualWorld.Run(async world =>
        {
            List<string> seen = [];
            await using StreamChain<int, string> chain = Chain.From<int>("items")
                .Stream("count", (x, _, token) => Named(world, x, token))
                .Build(world.Options());
            IPropagatorBlock<int, string> block = chain.AsPropagatorBlock(2);
            var sink = new ActionBlock<string>(
                item => seen.Add($"{world.Elapsed.Ms()} {item}"), new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler });
            block.LinkTo(sink);
            Assert.True(block.Post(1));
            Assert.True(block.Post(2));
            Assert.True(block.Post(3));
            await world.Delay(100);
            Assert.Equal(["10 1.0", "20 1.1", "30 1.2", "30 2.0", "30 2.1", "30 2.2", "40 3.0", "50 3.1", "60 3.2"], seen);
        });

        static async IAsyncEnumerable<string> Named(
            VirtualWorld world, int x, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            for (int i = 0; i < 3; i++)
            {
                await world.Delay(10, token);
                yield return $"{x}.{i}";
            }
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(5000)]
    public async Task AsPropagatorBlock_MoreMessagesThanTheChainHasRoomFor_AllComeInOrder(int maxTurns)
    {
        await using Chain<int, int> chain = Chain.From<int>("room")
            .Then("work", async (int x, CancellationToken _) =>
            {
                await Task.Yield();
                return x;
            })
            .Build(new ChainOptions { MaxTurns = 8, MaxWaitingTurns = 1 });
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(maxTurns), other = chain.AsPropagatorBlock(maxTurns);
        List<int> all = [], others = [];
        var sink = new ActionBlock<int>(all.Add);
        var otherSink = new ActionBlock<int>(others.Add);
        block.LinkTo(sink, Propagate);
        other.LinkTo(otherSink, Propagate);
        var source = new BufferBlock<int>();
        source.LinkTo(block, Propagate);
        var otherSource = new BufferBlock<int>();
        otherSource.LinkTo(other, Propagate);
        for (int i = 0; i < 5000; i++)
        {
            source.Post(i);
            otherSource.Post(i);
        }

        source.Complete();
        otherSource.Complete();
        await Task.WhenAll(sink.Completion, otherSink.Completion).WaitAsync(Generous);
        Assert.Equal(Enumerable.Range(0, 5000), all);
        Assert.Equal(Enumerable.Range(0, 5000), others);
        Assert.Equal(0, chain.LiveTurns);
    }

    [Fact]
    public void AsPropagatorBlock_ChainIsFullForLongerThanItsBudget_InputsWaitWithoutATurn()
    {
        VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = Chain.From<int>("room")
                .Then("work", world.Work<int>(20))
                .Build(world.Options(o => (o.MaxTurns, o.Budget) = (1, LatencyBudget.Total(25.Milliseconds()))));
            IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(16);
            List<int> all = [];
            block.LinkTo(new ActionBlock<int>(all.Add, new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler }));
            Assert.All(Enumerable.Range(0, 10), i => Assert.True(block.Post(i)));
            await world.Delay(300);
            Assert.Equal(Enumerable.Range(0, 10), all);
        });
    }

    [Fact]
    public void AsPropagatorBlock_NobodyTakesTheOutput_TurnsAndInputsAreHeldUpWithinBounds()
    {
        VirtualWorld.Run(async world =>
        {
            int made = 0;
            await using StreamChain<int, int> chain = Chain.From<int>("endless")
                .Stream("count", (_, _, token) => Endless(token))
                .Build(world.Options(o => o.OutputCapacity = 4));
            IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(2);
            int accepted = Enumerable.Range(0, 100).Count(i => block.Post(i));
            await world.Delay(10);
            accepted += Enumerable.Range(0, 100).Count(i => block.Post(i));
            await world.Delay(10);
            Assert.InRange(accepted, 4, 8);
            Assert.Equal(2, chain.LiveTurns);
            Assert.InRange(made, 20, 200);
            int before = made;
            await world.Delay(1000);
            Assert.Equal(before, made);

            IReceivableSourceBlock<int> source = Assert.IsAssignableFrom<IReceivableSourceBlock<int>>(block);
            for (int i = 0; i < 500; i++)
            {
                int item;
                while (!source.TryReceive(out item))
                {
                    await world.Delay(1);
                }

                Assert.Equal(i, item);
            }

            chain.InterruptTurns();

            async IAsyncEnumerable<int> Endless([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
            {
                for (int i = 0; ; i++)
                {
                    token.ThrowIfCancellationRequested();
                    made++;
                    yield return i;
                    await world.Delay(0.001, token);
                }
            }
        });
    }

    [Fact]
    public async Task AsPropagatorBlock_ATurnFails_FaultsInBothDirectionsAndInterruptsTheRest()
    {
        await using Chain<int, int> chain = Chain.From<int>("fails")
            .Then("work", async (int x, CancellationToken token) =>
            {
                await (x == 1 ? Task.Yield() : default);
                if (x == 1)
                {
                    throw new InvalidDataException();
                }

                await Task.Delay(x == 0 ? 0 : Timeout.Infinite, token);
                return x;
            })
            .Build();
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(4);
        var sink = new BufferBlock<int>();
        block.LinkTo(sink, Propagate);
        for (int i = 0; i < 6; i++)
        {
            Assert.True(block.Post(i));
        }

        await Assert.ThrowsAsync<BlockFailedException>(() => block.Completion.WaitAsync(Generous));
        await Assert.ThrowsAsync<AggregateException>(() => sink.Completion.WaitAsync(Generous));
        Assert.False(await block.SendAsync(9).WaitAsync(Generous));
        await Eventually.Async(() => chain.LiveTurns == 0);
    }

    [Fact]
    public async Task AsPropagatorBlock_CallbackThrows_FaultsWithThat()
    {
        await using Chain<int, int> chain = Chain.From<int>("fails").Then("fail", int (int _) => throw new InvalidDataException()).Build();
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(2, _ => throw new NotSupportedException());
        block.Post(1);
        await Assert.ThrowsAsync<NotSupportedException>(() => block.Completion.WaitAsync(Generous));
    }

    [Fact]
    public async Task AsPropagatorBlock_CallbackTakesFailures_ItemsBeforeAndOtherTurnsComeThrough()
    {
        await using StreamChain<int, int> chain = Chain.From<int>("fails").Stream("items", (x, _, _) => Items(x)).Build();
        List<TurnException> taken = [];
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(2, taken.Add);
        List<int> all = [];
        var sink = new ActionBlock<int>(all.Add);
        block.LinkTo(sink, Propagate);
        Assert.All(Enumerable.Range(0, 4), i => Assert.True(block.Post(i)));
        block.Complete();
        await sink.Completion.WaitAsync(Generous);
        Assert.Equal([0, 2, 3], all.Where(x => x >= 0));
        Assert.IsType<BlockFailedException>(Assert.Single(taken));

        static async IAsyncEnumerable<int> Items(int x)
        {
            await Task.Yield();
            if (x == 1)
            {
                throw new InvalidDataException();
            }

            yield return x;
        }
    }

    /// <summary>Both turns have failed before the first is read; once the callback has faulted the block, the second is not told.</summary>
    [Fact]
    public void AsPropagatorBlock_CallbackThrows_LaterTurnsAreNotTold() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("fails").Then("fail", int (int _) => throw new InvalidDataException()).Build(world.Options());
        int told = 0;
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(3, _ => throw new NotSupportedException($"{++told}"));
        Assert.All(Enumerable.Range(0, 3), i => Assert.True(block.Post(i)));
        await world.Delay(10);
        Assert.Equal(1, told);
    });

    [Fact]
    public void Fault_WhileAnInputWaitsForAPlace_StartsNoTurnForIt() => VirtualWorld.Run(async world =>
    {
        int begun = 0;
        var log = new CollectingLogger();
        await using Chain<int, int> chain = Chain.From<int>("runs")
            .Then("work", async (int x, CancellationToken token) =>
            {
                begun++;
                await world.Delay(1000, token);
                return x;
            })
            .Build(world.Options(o => o.LoggerFactory = log));
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(1);
        Assert.True(block.Post(1));
        Assert.True(block.Post(2));
        await world.Delay(10);
        block.Fault(new InvalidDataException());
        await world.Delay(10);
        Assert.Equal(1, begun);
        Assert.Single(log.Messages, m => m.Contains("ended as", StringComparison.Ordinal));
    });

    [Fact]
    public async Task Fault_WhileTurnsRunAndInputsWait_InterruptsThemAndEndsAtOnce()
    {
        await using Chain<int, int> chain = Chain.From<int>("runs")
            .Then("work", async (int x, CancellationToken token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return x;
            })
            .Build(new ChainOptions { MaxTurns = 2 });
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(4);
        Assert.All(Enumerable.Range(0, 5), i => Assert.True(block.Post(i)));
        await Eventually.Async(() => chain.LiveTurns == 2);
        var error = new InvalidDataException();
        block.Fault(error);
        Assert.Same(error, await Assert.ThrowsAsync<InvalidDataException>(() => block.Completion.WaitAsync(Generous)));
        await Eventually.Async(() => chain.LiveTurns == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DisposeAsync_WhileTheNetworkRuns_FaultsTheBlockOrTellsTheCallback(bool hasCallback)
    {
        Chain<int, int> chain = Chain.From<int>("closes").Then("id", x => x).Build();
        List<TurnException> taken = [];
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(2, hasCallback ? taken.Add : null);
        block.Post(1);
        Assert.Equal(1, await block.ReceiveAsync(Generous));
        await chain.DisposeAsync();
        block.Post(2);
        block.Complete();
        if (hasCallback)
        {
            await block.Completion.WaitAsync(Generous);
            Assert.IsType<TurnRejectedException>(Assert.Single(taken));
        }
        else
        {
            await Assert.ThrowsAsync<TurnRejectedException>(() => block.Completion.WaitAsync(Generous));
        }
    }

    [Fact]
    public async Task OfferMessage_ContractOfDataflow_IsKept()
    {
        await using Chain<int, int> chain = Chain.From<int>("contract").Then("id", x => x).Build();
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(1);
        Assert.Throws<ArgumentException>(() => block.OfferMessage(default, 1, null, false));
        Assert.Throws<ArgumentException>(() => block.OfferMessage(new DataflowMessageHeader(1), 1, null, consumeToAccept: true));
        Assert.Throws<ArgumentNullException>(() => block.LinkTo(null!, new DataflowLinkOptions()));
        Assert.Throws<ArgumentNullException>(() => block.Fault(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => chain.AsPropagatorBlock(0));

        // A join reserves, then consumes: both inputs are taken, or none.
        var join = new JoinBlock<int, int>(new GroupingDataflowBlockOptions { Greedy = false });
        block.LinkTo(join.Target1, Propagate);
        var right = new BufferBlock<int>();
        right.LinkTo(join.Target2, Propagate);
        var offered = new BroadcastBlock<int>(null);
        offered.LinkTo(block, Propagate);
        offered.Post(7);
        right.Post(8);
        Assert.Equal(new Tuple<int, int>(7, 8), await join.ReceiveAsync(Generous));
        offered.Complete();
        await block.Completion.WaitAsync(Generous);
        Assert.False(block.Post(1));
    }

    [Fact]
    public async Task LinkTo_WithAFilterAndMaxMessages_IsHonored()
    {
        await using Chain<int, int> chain = Chain.From<int>("links").Then("id", x => x).Build();
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock();
        var even = new BufferBlock<int>();
        var rest = new BufferBlock<int>();
        block.LinkTo(even, new DataflowLinkOptions { MaxMessages = 2 }, x => x % 2 == 0);
        block.LinkTo(rest, Propagate);
        for (int i = 0; i < 6; i++)
        {
            await block.SendAsync(i);
        }

        block.Complete();
        await Eventually.Async(() => rest.Count == 4 && even.Count == 2);
        Assert.True(even.TryReceiveAll(out IList<int>? evens));
        Assert.True(rest.TryReceiveAll(out IList<int>? others));
        Assert.Equal([0, 2], evens);
        Assert.Equal([1, 3, 4, 5], others);
        await rest.Completion.WaitAsync(Generous);
    }
}

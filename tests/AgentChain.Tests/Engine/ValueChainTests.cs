using System.Threading.Tasks.Dataflow;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

public class ValueChainTests
{
    static readonly TurnKey<string> Names = new("names");
    static readonly TurnKey<int> Count = new("count");

    [Fact]
    public async Task RunAsync_SyncAndAsyncBlocks_ComposeInOrder()
    {
        await using Chain<string, int> chain = Chain.From<string>("count")
            .Then("trim", text => text.Trim())
            .Then("double", async (string text, CancellationToken _) =>
            {
                await Task.Yield();
                return text + text;
            })
            .Then("queued", text => text + "!", o => o.Queued())
            .Then("length", text => text.Length)
            .Build();
        Assert.Equal(11, await chain.RunAsync(" hello "));
    }

    [Fact]
    public async Task Tap_Value_SeesItAndHandsItOn()
    {
        List<string> seen = [];
        await using Chain<int, int> chain = Chain.From<int>("taps")
            .Tap("look", (x, context) => seen.Add($"{context.BlockName} {context.TurnId} {x}"))
            .Then("next", x => x + 1)
            .Build();
        Assert.Equal(8, await chain.RunAsync(7));
        Assert.Equal(["look turn 1 7"], seen);
    }

    [Fact]
    public void Parallel_TwoBranches_TakeAsLongAsTheLonger()
    {
        (string Value, double Elapsed) = VirtualWorld.Run(async world =>
        {
            await using Chain<string, string> chain = Chain.From<string>("join")
                .Parallel(
                    "both",
                    l => l.Then("left", world.Work<string>(30)).Then("l", x => x + "L"),
                    r => r.Then("right", world.Work<string>(50)).Then("r", x => x + "R"),
                    (x, l, r) => $"{x} {l} {r}")
                .Build(world.Options());
            Turn<string> turn = chain.Start("x");
            return (await turn.Output.SingleAsync(), (await turn.Completion).Report.Elapsed.Ms());
        });
        Assert.Equal("x xL xR", Value);
        Assert.Equal(50, Elapsed);
    }

    [Theory]
    [InlineData(3, "odd 3")]
    [InlineData(4, "even 4")]
    [InlineData(0, "none 0")]
    public async Task Route_Classifier_TakesTheRouteItNames(int input, string expected)
    {
        await using Chain<int, string> sub = Chain.From<int>("zero").Then("zero", x => $"none {x}").Build();
        await using Chain<int, string> chain = Chain.From<int>("route")
            .Route("parity", x => x == 0 ? "zero" : x % 2 == 0 ? "even" : "odd", r => r
                .To("even", b => b.Then("even", x => $"even {x}"))
                .To("odd", b => b.Then("odd", x => $"odd {x}"))
                .Otherwise("anything", sub))
            .Build();
        Assert.Equal(expected, await chain.RunAsync(input));
    }

    [Fact]
    public async Task Route_NoSuchRouteAndNoOtherwise_FailsWithoutSayingWhatWasChosen()
    {
        await using Chain<string, string> chain = Chain.From<string>("route")
            .Route("by itself", x => x, r => r.To("a", b => b.Then("a block", x => x)))
            .Build();
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync("my secret"));
        Assert.Equal("by itself", error.Block);
        Assert.Contains("(a)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loop_ConditionEnds_HandsTheLastValueOn()
    {
        await using Chain<int, int> chain = Chain.From<int>("loop")
            .Loop("halve", b => b.Then("half", x => x / 2), x => x > 10, LoopBound.Fail(20))
            .Build();
        Assert.Equal(6, await chain.RunAsync(100));
    }

    [Fact]
    public async Task Loop_BoundReached_FailsOrTakesTheLast()
    {
        await using Chain<int, int> fails = Chain.From<int>("loop")
            .Loop("forever", b => b.Then("more", x => x + 1), _ => true, LoopBound.Fail(3)).Build();
        await using Chain<int, int> takes = Chain.From<int>("loop")
            .Loop("forever", b => b.Then("more", x => x + 1), _ => true, LoopBound.TakeLast(3)).Build();
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await fails.RunAsync(0));
        Assert.Equal("forever", error.Block);
        Assert.Equal(3, await takes.RunAsync(0));
    }

    [Fact]
    public async Task Loop_AsManyTurnsAsTheChainTakes_DoNotWaitForEachOtherInACircle()
    {
        await using Chain<int, int> chain = Chain.From<int>("loop")
            .Loop("count", b => b.Then("more", x => x + 1), x => x % 10 != 0, LoopBound.Fail(20))
            .Build();
        int[] all = await Task.WhenAll(Enumerable.Range(0, 1024).Select(i => chain.RunAsync(i * 10).AsTask())).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(Enumerable.Range(1, 1024).Select(i => i * 10), all);
    }

    [Fact]
    public async Task Then_SubChain_RunsInsideUnderItsName()
    {
        await using Chain<int, int> sub = Chain.From<int>("sub").Then("double", async (int x, CancellationToken _) =>
        {
            await Task.Yield();
            return x * 2;
        }).Build();
        await using Chain<int, int> chain = Chain.From<int>("outer").Then("one", sub).Then("two", sub).Then("end", x => x + 1).Build();
        Turn<int> turn = chain.Start(5);
        Assert.Equal(21, await turn.Output.SingleAsync());
        Assert.Equal(["one", "one/double", "two", "two/double", "end"], (await turn.Completion).Report.Spans.Select(s => s.Block));
        Assert.Equal(10, await sub.RunAsync(5));
    }

    [Fact]
    public void Revise_Hypotheses_AreObservedAndTheFinalValueGoesOn()
    {
        List<string> seen = [];
        string value = VirtualWorld.Run(async world =>
        {
            await using Chain<string, string> chain = Chain.From<string>("listen")
                .Revise("recognize", new Growing(world), o => o.OnHypothesis((h, context) =>
                    seen.Add($"{world.Elapsed.Ms()} {context.BlockName} {h.Value} {h.Probability} {h.IsFinal}")))
                .Then("end", x => x + "!")
                .Build(world.Options());
            return await chain.RunAsync("one two");
        });
        Assert.Equal("one two!", value);
        Assert.Equal(["10 recognize one 0.5 False", "20 recognize one two 1 True"], seen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Revise_NoFinalValueOrSomethingAfterIt_FailsTheTurn(int finals)
    {
        await using Chain<string, string> chain = Chain.From<string>("listen").Revise("recognize", new Finals(finals)).Build();
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync("x"));
        Assert.Equal("recognize", error.Block);
    }

    [Fact]
    public async Task Through_ForeignBlock_OutputsFindTheirTurns()
    {
        var foreign = new TransformBlock<int, string>(x => $"<{x}>");
        await using Chain<int, string> chain = Chain.From<int>("through")
            .Then("before", x => x + 1)
            .Through("foreign", foreign)
            .Then("after", x => x + "!")
            .Build();
        string[] all = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => chain.RunAsync(i).AsTask()));
        Assert.Equal(Enumerable.Range(1, 200).Select(i => $"<{i}>!"), all);
    }

    [Fact]
    public async Task Through_SeveralAtOnce_OutputsStillFindTheirTurns()
    {
        var foreign = new TransformBlock<int, int>(
            async x =>
            {
                await Task.Yield();
                return x;
            },
            new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = 4, BoundedCapacity = 3 });
        await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", foreign, o => o.Concurrency(16)).Build(new ChainOptions { MaxTurns = 4000 });
        int[] all = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => Task.Run(async () => await chain.RunAsync(i))));
        Assert.Equal(Enumerable.Range(0, 2000), all);
    }

    [Fact]
    public async Task Through_ForeignBlockFaults_TurnsFailWithoutItsText()
    {
        var foreign = new TransformBlock<int, int>(x => x == 2 ? throw new InvalidDataException("secret") : x);
        await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", foreign).Build();
        Assert.Equal(1, await chain.RunAsync(1));
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(2));
        BlockFailedException later = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(3));
        Assert.Contains(nameof(InvalidDataException), later.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message + later.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    [Fact]
    public void Through_InterruptedTurn_KeepsItsPlaceSoThatTheNextOutputIsNotItsOwn()
    {
        string value = VirtualWorld.Run(async world =>
        {
            var foreign = new TransformBlock<string, string>(
                async x =>
                {
                    await world.Delay(50);
                    return x;
                },
                new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler });
            await using Chain<string, string> chain = Chain.From<string>("through").Through("foreign", foreign).Build(world.Options(o => o.Grace = 1.Milliseconds()));
            Turn<string> first = chain.Start("first");
            await world.Delay(10);
            await first.DisposeAsync();
            return await chain.RunAsync("second");
        });
        Assert.Equal("second", value);
    }

    [Fact]
    public async Task AsPropagatorBlock_LinkedIntoANetwork_KeepsOrderAndCompletes()
    {
        await using Chain<int, int> chain = Chain.From<int>("inner").Then("square", x => x * x, o => o.Queued()).Build();
        var source = new BufferBlock<int>();
        var sink = new BufferBlock<int>();
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(4);
        source.LinkTo(block, new DataflowLinkOptions { PropagateCompletion = true });
        block.LinkTo(sink, new DataflowLinkOptions { PropagateCompletion = true });
        for (int i = 0; i < 100; i++)
        {
            source.Post(i);
        }

        source.Complete();
        List<int> all = [];
        await foreach (int item in sink.ReceiveAllAsync())
        {
            all.Add(item);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => i * i), all);
        await block.Completion;
    }

    [Fact]
    public async Task AsPropagatorBlock_TurnFails_FaultsTheBlockUnlessTaken()
    {
        await using Chain<int, int> chain = Chain.From<int>("inner").Then("fail", int (int x) => throw new InvalidDataException()).Build();
        IPropagatorBlock<int, int> faults = chain.AsPropagatorBlock();
        faults.Post(1);
        await Assert.ThrowsAsync<BlockFailedException>(() => faults.Completion);

        List<TurnException> taken = [];
        IPropagatorBlock<int, int> goesOn = chain.AsPropagatorBlock(1, taken.Add);
        goesOn.LinkTo(DataflowBlock.NullTarget<int>());
        goesOn.Post(1);
        goesOn.Post(2);
        goesOn.Complete();
        await goesOn.Completion;
        Assert.All(taken, e => Assert.IsType<BlockFailedException>(e));
        Assert.Equal(2, taken.Count);
    }

    [Fact]
    public async Task Carry_ThroughBlocksLoopsAndSubChains_IsSeenBehindAndNotBefore()
    {
        await using Chain<int, int> sub = Chain.From<int>("sub").Then("inside", (int x, BlockContext context, CancellationToken _) =>
        {
            context.Set(Names, context.Get(Names) + "+inside");
            return ValueTask.FromResult(x);
        }).Build();
        List<string?> seen = [];
        await using Chain<int, int> chain = Chain.From<int>("carry")
            .Tap("before", (_, context) => seen.Add(context.Get(Names)))
            .Then("carry", (int x, BlockContext context, CancellationToken _) =>
            {
                context.Set(Names, "first");
                return ValueTask.FromResult(x);
            })
            .Then("sub", sub)
            .Loop("loop", b => b.Tap("count", (_, context) => context.Set(Count, context.Get(Count) + 1)), _ => true, LoopBound.TakeLast(3))
            .Tap("after", (_, context) => seen.Add($"{context.Get(Names)} {context.Get(Count)}"))
            .Build();
        await chain.RunAsync(1);
        Assert.Equal([null, "first+inside 3"], seen);
    }

    [Fact]
    public void Carry_AtAJoin_BothBranchesAreMergedAndTheRightWins()
    {
        List<string> seen = [];
        TurnKey<string> left = new("left"), right = new("right"), both = new("both"), shared = new("shared");
        VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = Chain.From<int>("join")
                .Tap("first", (_, c) => c.Set(shared, "shared"))
                .Parallel(
                    "both",
                    l => l.Then("l", world.Work<int>(30)).Tap("left", (_, c) =>
                    {
                        c.Set(left, "left");
                        c.Set(both, "of left");
                        seen.Add($"{c.Get(right)}");
                    }),
                    r => r.Then("r", world.Work<int>(10)).Tap("right", (_, c) =>
                    {
                        c.Set(right, "right");
                        c.Set(both, "of right");
                        seen.Add($"{c.Get(left)}");
                    }),
                    (x, _, _) => x)
                .Tap("after", (_, c) => seen.Add($"{c.Get(shared)} {c.Get(left)} {c.Get(right)} {c.Get(both)}"))
                .Build(world.Options());
            await chain.RunAsync(1);
        });
        Assert.Equal(["", "", "shared left right of right"], seen);
    }

    [Fact]
    public async Task RunAsync_ManyTurnsAtOnce_EachGetsItsOwnValue()
    {
        await using Chain<int, string> chain = Chain.From<int>("many")
            .Then("a", async (int x, CancellationToken _) =>
            {
                await Task.Yield();
                return x + 1;
            })
            .Parallel("p", l => l.Then("l", x => x * 2, o => o.Queued()), r => r.Then("r", x => x * 3, o => o.Queued()), (_, l, r) => l + r)
            .Then("b", x => $"{x}")
            .Build();
        string[] all = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => chain.RunAsync(i).AsTask()));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{(i + 1) * 5}"), all);
        Assert.Equal(0, chain.LiveTurns);
    }

    sealed class Growing(VirtualWorld world) : IRevisingBlock<string, string>
    {
        public async IAsyncEnumerable<Hypothesis<string>> InvokeAsync(
            string input, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await world.Delay(10, cancellationToken);
            yield return Hypothesis.Tentative(input.Split(' ')[0], 0.5);
            await world.Delay(10, cancellationToken);
            yield return Hypothesis.Final(input);
        }
    }

    sealed class Finals(int count) : IRevisingBlock<string, string>
    {
        public async IAsyncEnumerable<Hypothesis<string>> InvokeAsync(
            string input, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            yield return Hypothesis.Tentative(input, 0.1);
            for (int i = 0; i < count; i++)
            {
                yield return Hypothesis.Final(input);
            }
        }
    }
}

using System.Threading.Tasks.Dataflow;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Interop;

public sealed class OrderedThroughTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void Through_BlockLosesAnOutput_NoTurnGetsAnothersAndLaterOnesFailAtOnceWithTheReason(int concurrency, bool isNullTask)
    {
        VirtualWorld.Run(async world =>
        {
            var foreign = new TransformBlock<int, int>(
                x => x == 3
                    ? isNullTask ? null! : Task.FromException<int>(new TaskCanceledException())
                    : Task.FromResult(x * 10),
                new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler, MaxDegreeOfParallelism = 3 });
            await using Chain<int, int> chain = Chain.From<int>("through")
                .Through("foreign", foreign, o => o.Concurrency(concurrency))
                .Build(world.Options(o => o.Budget = LatencyBudget.Total(200.Milliseconds())));
            TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
            {
                await world.Delay(i);
                Turn<int> turn = chain.Start(i);
                TurnResult result = await turn.Completion;
                if (result.Outcome == TurnOutcome.Completed)
                {
                    await foreach (int value in turn.Output)
                    {
                        Assert.Equal(i * 10, value);
                    }
                }

                return result;
            }));
            Assert.All(results[..3], r => Assert.Equal(TurnOutcome.Completed, r.Outcome));
            Assert.Equal(TurnOutcome.DeadlineExceeded, results[3].Outcome);
            await world.Delay(150);

            TurnResult later = await chain.Start(20).Completion;
            BlockFailedException error = Assert.IsType<BlockFailedException>(later.Error);
            Assert.Equal("foreign", error.Block);
            Assert.Contains("out of step", error.Message, StringComparison.Ordinal);
            Assert.Equal(0, later.Report.Elapsed.Ms());
        });
    }

    [Fact]
    public void Through_TurnWaitsForAnOutputThatIsOverdue_FailsWithTheReasonAndTheBlockServesAgainOnceItHasCome()
    {
        VirtualWorld.Run(async world =>
        {
            var foreign = new TransformBlock<string, string>(
                async x =>
                {
                    await world.Delay(x == "slow" ? 500 : 5);
                    return x;
                },
                new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler });
            await using Chain<string, string> chain = Chain.From<string>("through")
                .Through("foreign", foreign, o => o.Budget(200.Milliseconds()))
                .Build(world.Options(o => o.Grace = 10.Milliseconds()));
            Turn<string> slow = chain.Start("slow");
            await world.Delay(50);
            await slow.DisposeAsync();
            await world.Delay(50);
            TurnResult waited = await chain.Start("waits").Completion;
            Assert.Equal(100, waited.Report.Elapsed.Ms());
            Assert.Contains("out of step", Assert.IsType<BlockFailedException>(waited.Error).Message, StringComparison.Ordinal);
            Assert.IsType<BlockFailedException>((await chain.Start("at once").Completion).Error);

            await world.Delay(400);
            Assert.Equal("next", await chain.RunAsync("next"));
            Assert.Equal(0, chain.DetachedBlocks);
        });
    }

    [Fact]
    public void Through_NoBudgetAndTheOutputIsLost_TurnsThatWaitFailInTheEnd()
    {
        VirtualWorld.Run(async world =>
        {
            var foreign = new TransformBlock<int, int>(
                x => x == 0 ? throw new OperationCanceledException() : x, new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler });
            await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", foreign).Build(world.Options());
            Turn<int> lost = chain.Start(0);
            await world.Delay(1);
            lost.Interrupt();
            await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(1));
            Assert.Equal(30_000, world.Elapsed.Ms());
        });
    }

    /// <summary>A chain of a foreign block that takes 10 ms for each input, one after another.</summary>
    static Chain<int, int> TakesTenMilliseconds(VirtualWorld world)
    {
        var foreign = new TransformBlock<int, int>(
            async x =>
            {
                await world.Delay(10);
                return x;
            },
            new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler });
        return Chain.From<int>("through").Through("foreign", foreign, o => o.Concurrency(4)).Build(world.Options());
    }

    [Fact]
    public void Through_SeveralTurnsWait_TheyEnterInTheOrderInWhichTheyCame()
    {
        VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = TakesTenMilliseconds(world);
            TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => chain.Start(i).Completion));
            Assert.Equal([10, 20, 30, 40], results.Select(r => r.Report.Elapsed.Ms()));
        });
    }

    [Fact]
    public void Through_WaitAtTheBlock_IsTheQueuesInTheReport()
    {
        VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = TakesTenMilliseconds(world);
            Turn<int> first = chain.Start(1);
            TurnResult second = await chain.Start(2).Completion;
            await first.Completion;
            Assert.Equal(
                [("foreign", PartKind.Queue, 10.0), ("foreign", PartKind.Block, 10.0)],
                second.Report.Parts.Select(p => (p.Owner, p.Kind, p.Duration.Ms())));
        });
    }

    [Fact]
    public void Through_OutputOfAnInputThatIsNotTheChains_TakesTheBlockOut()
    {
        VirtualWorld.Run(async world =>
        {
            var foreign = new TransformBlock<int, int>(x => x, new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler });
            await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", foreign).Build(world.Options());
            Assert.Equal(1, await chain.RunAsync(1));
            foreign.Post(99);
            await world.Delay(1);
            BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(2));
            Assert.Contains("out of step", error.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(3));
        });
    }

    [Fact]
    public async Task Through_UnorderedAndBoundedBlock_EveryTurnGetsItsOwn()
    {
        var foreign = new TransformBlock<int, int>(
            async x =>
            {
                await Task.Yield();
                return x;
            },
            new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = 4, EnsureOrdered = false, BoundedCapacity = 1 });
        await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", foreign, o => o.Concurrency(16)).Build(new ChainOptions { MaxTurns = 4000 });
        int[] all = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => Task.Run(async () => await chain.RunAsync(i)))).WaitAsync(Generous);
        Assert.Equal(Enumerable.Range(0, 2000), all);
    }

    [Fact]
    public void Through_BoundedBlockInVirtualTime_StaysThere()
    {
        VirtualWorld.Run(async world =>
        {
            var foreign = new TransformBlock<int, int>(x => x, new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler, BoundedCapacity = 1 });
            await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", foreign, o => o.Concurrency(3)).Build(world.Options());
            int[] all = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => chain.RunAsync(i).AsTask()));
            Assert.Equal(Enumerable.Range(0, 50), all);
        });
    }

    [Fact]
    public async Task Through_BlockHasFaultedOrCompleted_TurnsFailWithTheCause()
    {
        var thrown = new InvalidDataException("secret");
        var faults = new TransformBlock<int, int>(x => x == 2 ? throw thrown : x);
        await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", faults).Build();
        Assert.Equal(1, await chain.RunAsync(1));
        Task<BlockFailedException>[] failed = [.. Enumerable.Range(0, 3).Select(_ => Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(2)))];
        Assert.All(await Task.WhenAll(failed).WaitAsync(Generous), e => Assert.Same(thrown, e.InnerException));

        var completed = new TransformBlock<int, int>(x => x);
        await using Chain<int, int> other = Chain.From<int>("through").Through("foreign", completed).Build();
        Assert.Equal(1, await other.RunAsync(1));
        completed.Complete();
        Assert.Contains("completed", (await Assert.ThrowsAsync<BlockFailedException>(async () => await other.RunAsync(2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_OneBlockInTwoPlaces_OnlyOneUsesIt()
    {
        var foreign = new TransformBlock<int, int>(x => x + 1);
        ChainBuilder<int, int> builder = Chain.From<int>("through").Through("foreign", foreign);
        Chain<int, int> first = builder.Build();
        await using Chain<int, int> second = builder.Build();
        await using Chain<int, int> outer = Chain.From<int>("outer").Then("inner", second).Build();
        Assert.Equal(2, await outer.RunAsync(1).AsTask().WaitAsync(Generous));
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await first.RunAsync(1).AsTask().WaitAsync(Generous));
        Assert.Contains("another", error.Message, StringComparison.Ordinal);
        await outer.DisposeAsync();
        Assert.Equal(2, await first.RunAsync(1).AsTask().WaitAsync(Generous));
        await first.DisposeAsync();
    }

    [Fact]
    public async Task Through_BlockHoldsMessagesOfOthers_IsNotUsed()
    {
        var foreign = new TransformBlock<int, int>(x => x);
        foreign.Post(99);
        await Eventually.Async(() => foreign.OutputCount == 1);
        await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", foreign).Build();
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(1).AsTask().WaitAsync(Generous));
        Assert.Contains("contains messages from elsewhere", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_BlockThatMayReturnNoneOrSeveralByOrder_IsRefusedWithTheWaysOut()
    {
        IPropagatorBlock<int, int>[] blocks =
        [
            new TransformManyBlock<int, int>(x => [x, x]),
            DataflowBlock.Encapsulate(new BufferBlock<int>(), new BufferBlock<int>()),
            new HostileBlock<int>(),
        ];
        foreach (IPropagatorBlock<int, int> block in blocks)
        {
            string message = Assert.Throws<ChainValidationException>(() => Chain.From<int>("through").Through("foreign", block).Build()).Message;
            Assert.Contains("'foreign'", message, StringComparison.Ordinal);
            Assert.Contains("factory", message, StringComparison.Ordinal);
            Assert.Contains("key", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Through_ClockOfTheHostOnThePool_AFaultIsSeen()
    {
        var foreign = new TransformBlock<int, int>(int (_) => throw new InvalidDataException());
        await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", foreign).Build(new ChainOptions { TimeProvider = new HostClock() });
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(1).AsTask().WaitAsync(Generous));
        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    [Fact]
    public async Task DisposeAsync_AnInputIsStillInside_NoOtherChainGetsItsOutput()
    {
        TaskCompletionSource inside = new(), release = new();
        var foreign = new TransformBlock<int, int>(async x =>
        {
            inside.TrySetResult();
            await release.Task;
            return x;
        });
        Chain<int, int> first = Chain.From<int>("first").Through("foreign", foreign).Build();
        Turn<int> turn = first.Start(1);
        await inside.Task.WaitAsync(Generous);
        turn.Interrupt();
        await first.DisposeAsync().AsTask().WaitAsync(Generous);
        await using Chain<int, int> second = Chain.From<int>("second").Through("foreign", foreign).Build();
        Task<BlockFailedException> refused = Assert.ThrowsAsync<BlockFailedException>(async () => await second.RunAsync(2).AsTask().WaitAsync(Generous));
        release.SetResult();
        Assert.Contains("another", (await refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposeAsync_BlockIsUnlinkedAndNotCompleted()
    {
        var foreign = new TransformBlock<int, int>(x => x);
        Chain<int, int> chain = Chain.From<int>("through").Through("foreign", foreign).Build();
        await chain.RunAsync(1);
        await chain.DisposeAsync();
        foreign.Post(7);
        Assert.Equal(7, await foreign.ReceiveAsync(Generous));
        Assert.False(foreign.Completion.IsCompleted);
    }

    /// <summary>The system's time, under another name.</summary>
    private sealed class HostClock : TimeProvider;
}

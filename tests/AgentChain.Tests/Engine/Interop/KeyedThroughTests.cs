using System.Threading.Tasks.Dataflow;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Interop;

public sealed class KeyedThroughTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Through_OutputsLostDoubledLateAndOutOfOrder_NoTurnGetsAnothers(bool factory)
    {
        VirtualWorld.Run(async world =>
        {
            var random = new Random(7);
            Func<IPropagatorBlock<int, (int Key, int Value)>> create = () => new TransformManyBlock<int, (int Key, int Value)>(
                async Task<IEnumerable<(int, int)>> (x) =>
                {
                    await world.Delay(random.Next(1, 80));
                    return (x % 7) switch
                    {
                        0 => [],
                        1 => [(x, x * 10), (x, -x)],
                        2 => [(-1, 0), (x, x * 10), (-x, -1)],
                        3 => throw new OperationCanceledException(),
                        _ => [(x, x * 10)],
                    };
                },
                new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler, MaxDegreeOfParallelism = 64, EnsureOrdered = false });
            ChainOptions options = world.Options(o => o.Budget = LatencyBudget.Total(60.Milliseconds()));
            await using Chain<int, (int Key, int Value)> chain = factory
                ? Chain.From<int>("through").Through("foreign", create, x => x, y => y.Key).Build(options)
                : Chain.From<int>("through").Through("foreign", create(), x => x, y => y.Key).Build(options);
            int right = 0;
            await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
            {
                await world.Delay(i);
                try
                {
                    Assert.Equal((i, i * 10), await chain.RunAsync(i));
                    right++;
                }
                catch (TurnDeadlineExceededException)
                {
                }
            }));
            Assert.InRange(right, 100, 400);
        });
    }

    [Fact]
    public void Through_KeyOfATurnThatIsOver_IsKeptUntilItsOutputComes()
    {
        VirtualWorld.Run(async world =>
        {
            int calls = 0;
            var foreign = new TransformBlock<string, (string Key, int Call)>(
                async x =>
                {
                    int call = ++calls;
                    await world.Delay(100);
                    return (x, call);
                },
                new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler, MaxDegreeOfParallelism = 8 });
            await using Chain<string, (string Key, int Call)> chain = Chain.From<string>("through").Through("foreign", foreign, x => x, y => y.Key).Build(world.Options());
            Turn<(string Key, int Call)> first = chain.Start("same");
            await world.Delay(10);
            await first.DisposeAsync();
            BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync("same"));
            Assert.Contains("unique", error.Message, StringComparison.Ordinal);
            await world.Delay(100);
            Assert.Equal(("same", 2), await chain.RunAsync("same"));
        });
    }

    [Fact]
    public async Task Through_BlockFaults_TurnsInsideFailWithTheCauseAndAFactoryIsAskedAgain()
    {
        var thrown = new InvalidDataException("secret");
        int created = 0;
        Func<IPropagatorBlock<int, int>> create = () =>
        {
            created++;
            return new TransformBlock<int, int>(x => x == 2 ? throw thrown : x);
        };
        await using Chain<int, int> anew = Chain.From<int>("through").Through("foreign", create, x => x, y => y).Build();
        await using Chain<int, int> once = Chain.From<int>("through").Through("foreign", create(), x => x, y => y).Build();
        foreach (Chain<int, int> chain in new[] { anew, once })
        {
            Assert.Equal(1, await chain.RunAsync(1).AsTask().WaitAsync(Generous));
            Assert.Same(thrown, (await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(2).AsTask().WaitAsync(Generous))).InnerException);
        }

        Assert.Equal(3, await anew.RunAsync(3).AsTask().WaitAsync(Generous));
        Assert.Same(thrown, (await Assert.ThrowsAsync<BlockFailedException>(async () => await once.RunAsync(3).AsTask().WaitAsync(Generous))).InnerException);
        Assert.Equal(3, created);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Through_AsManyOutputsLostAsThereIsRoom_IsOutOfStepAndAFactoryIsAskedAgain(bool factory)
    {
        VirtualWorld.Run(async world =>
        {
            int created = 0;
            Func<IPropagatorBlock<int, int>> create = () =>
            {
                created++;
                return new TransformBlock<int, int>(x => x < 0 ? throw new TaskCanceledException() : x, new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler });
            };
            ChainOptions options = world.Options(o => (o.Budget, o.Grace) = (LatencyBudget.Total(10.Milliseconds()), 1.Milliseconds()));
            await using Chain<int, int> chain = factory
                ? Chain.From<int>("through").Through("foreign", create, x => x, y => y, o => o.Capacity(3)).Build(options)
                : Chain.From<int>("through").Through("foreign", create(), x => x, y => y, o => o.Capacity(3)).Build(options);
            for (int i = 1; i <= 3; i++)
            {
                await Assert.ThrowsAsync<TurnDeadlineExceededException>(async () => await chain.RunAsync(-i));
                await world.Delay(5);
            }

            if (factory)
            {
                Assert.Equal(5, await chain.RunAsync(5));
                Assert.Equal(2, created);
            }
            else
            {
                BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(5));
                Assert.Contains("out of step", error.Message, StringComparison.Ordinal);
            }
        });
    }

    [Theory]
    [InlineData("input throws")]
    [InlineData("input null")]
    [InlineData("output throws")]
    [InlineData("output null")]
    [InlineData("hash throws")]
    public void Through_KeyMisbehaves_OnlyItsOwnTurnIsTouched(string how)
    {
        VirtualWorld.Run(async world =>
        {
            var logger = new CollectingLogger();
            var foreign = new TransformBlock<int, int>(x => x, new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler });
            await using Chain<int, int> chain = Chain.From<int>("through")
                .Through("foreign", foreign, x => Key(x, "input"), y => Key(y, "output"))
                .Build(world.Options(o => (o.Budget, o.LoggerFactory) = (LatencyBudget.Total(10.Milliseconds()), logger)));
            Assert.Equal(1, await chain.RunAsync(1));
            TurnResult result = await chain.Start(2).Completion;
            Assert.Equal(how.StartsWith("output", StringComparison.Ordinal) ? TurnOutcome.DeadlineExceeded : TurnOutcome.Failed, result.Outcome);
            Assert.Equal(3, await chain.RunAsync(3));
            Assert.True(result.Outcome == TurnOutcome.Failed || logger.Lines.Any(l => l.Contains("dropped", StringComparison.Ordinal)));
        });

        object Key(int x, string side) =>
            x != 2 ? x
            : how == "hash throws" ? new Hashless()
            : !how.StartsWith(side, StringComparison.Ordinal) ? x
            : how.EndsWith("null", StringComparison.Ordinal) ? null!
            : throw new InvalidDataException();
    }

    [Fact]
    public async Task Through_FactoryMisbehaves_TurnsFailAndTheNextIsAskedAgain()
    {
        var block = new TransformBlock<int, int>(x => x);
        Queue<Func<IPropagatorBlock<int, int>?>> factories = new([() => throw new InvalidDataException(), () => null, () => new HostileBlock<int> { WhenLinked = () => throw new InvalidDataException() }, () => block]);
        await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", () => factories.Dequeue()()!, x => x, y => y).Build();
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(i).AsTask().WaitAsync(Generous));
        }

        Assert.Equal(4, await chain.RunAsync(4).AsTask().WaitAsync(Generous));
        await chain.DisposeAsync();
        await block.Completion.WaitAsync(Generous);
    }

    [Fact]
    public async Task Through_ManyTurnsOnThreads_EveryTurnGetsItsOwn()
    {
        var foreign = new TransformBlock<int, int>(
            async x =>
            {
                await Task.Yield();
                return x;
            },
            new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = 4, EnsureOrdered = false, BoundedCapacity = 8 });
        await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", foreign, x => x, y => y).Build(new ChainOptions { MaxTurns = 4000 });
        int[] all = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => Task.Run(async () => await chain.RunAsync(i)))).WaitAsync(Generous);
        Assert.Equal(Enumerable.Range(0, 2000), all);
    }

    private sealed class Hashless
    {
        public override int GetHashCode() => throw new InvalidDataException();

        public override bool Equals(object? obj) => throw new InvalidDataException();
    }
}

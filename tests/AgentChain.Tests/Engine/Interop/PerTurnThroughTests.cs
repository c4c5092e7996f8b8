using System.Threading.Tasks.Dataflow;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Interop;

public sealed class PerTurnThroughTests
{
    private const int Bad = 3;

    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    private static readonly InvalidDataException Thrown = new("secret");

    /// <summary>Each misbehavior, as a block for the one bad input, and its error.</summary>
    private static readonly Dictionary<string, (Func<IPropagatorBlock<int, int>?> Create, string Says)> Misbehaviors = new()
    {
        ["loses its output"] = (() => new TransformBlock<int, int>(int (_) => throw new TaskCanceledException()), "lost"),
        ["null task"] = (() => new TransformBlock<int, int>(Task<int> (_) => null!), "lost"),
        ["none"] = (() => new TransformManyBlock<int, int>(_ => []), "lost"),
        ["two"] = (() => new TransformManyBlock<int, int>(x => [x, x]), "2 outputs"),
        ["a second one later"] = (() => new TransformManyBlock<int, int>(Late), "2 outputs"),
        ["faults"] = (() => new TransformBlock<int, int>(int (_) => throw Thrown), nameof(InvalidDataException)),
        ["factory throws"] = (() => throw Thrown, "factory"),
        ["factory returns null"] = (() => null, "null"),
        ["completed before"] = (Completed, "completed"),
        ["LinkTo throws"] = (() => new HostileBlock<int> { WhenLinked = () => throw Thrown }, "LinkTo"),
        ["OfferMessage throws"] = (() => new HostileBlock<int> { WhenOffered = () => throw Thrown }, "OfferMessage"),
        ["declines"] = (() => new HostileBlock<int> { WhenOffered = () => DataflowMessageStatus.Declined }, "declined"),
        ["declines for good"] = (() => new HostileBlock<int> { WhenOffered = () => DataflowMessageStatus.DecliningPermanently }, "completed"),
        ["not available"] = (() => new HostileBlock<int> { WhenOffered = () => DataflowMessageStatus.NotAvailable }, "declined"),
        ["declines and answers"] = (() => DeclinesAndAnswers(), "declined"),
        ["Completion throws"] = (() => new HostileBlock<int> { CompletionIs = () => throw Thrown }, "Completion"),
        ["Completion is null"] = (() => new HostileBlock<int> { CompletionIs = () => null! }, "Completion"),
        ["Complete throws"] = (() => new HostileBlock<int> { WhenCompleted = () => throw Thrown }, "Complete"),
    };

    public static TheoryData<string> Names => [.. Misbehaviors.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Through_ABlockMisbehaves_ItsOwnTurnFailsAndSaysWhyAndNoOtherIsTouched(string misbehavior)
    {
        (Func<IPropagatorBlock<int, int>?> create, string says) = Misbehaviors[misbehavior];
        int calls = 0;
        await using Chain<int, int> chain = Chain.From<int>("through")
            .Through("foreign", () => Interlocked.Increment(ref calls) == Bad ? create()! : new TransformBlock<int, int>(x => x * 10))
            .Build(new ChainOptions { Grace = Generous });
        for (int i = 1; i <= 6; i++)
        {
            if (i == Bad)
            {
                BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(i).AsTask().WaitAsync(Generous));
                Assert.Equal("foreign", error.Block);
                Assert.Contains(says, error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
                Assert.True(!says.EndsWith("throws", StringComparison.Ordinal) || ReferenceEquals(error.InnerException, Thrown));
            }
            else
            {
                Assert.Equal(i * 10, await chain.RunAsync(i).AsTask().WaitAsync(Generous));
            }
        }
    }

    [Fact]
    public async Task Through_FactoryReturnsTheSameBlockTwice_SecondTurnFails()
    {
        var same = new TransformBlock<int, int>(x => x);
        await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", () => same).Build();
        Assert.Equal(1, await chain.RunAsync(1).AsTask().WaitAsync(Generous));
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(2).AsTask().WaitAsync(Generous));
        Assert.Contains("new block for each call", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_BlockNeverCompletes_OutputGoesOnAfterTheGraceAndItIsLogged()
    {
        var logger = new CollectingLogger();
        await using Chain<int, int> chain = Chain.From<int>("through")
            .Through("foreign", () => new HostileBlock<int> { IgnoresComplete = true })
            .Build(new ChainOptions { LoggerFactory = logger, Grace = 1.Milliseconds() });
        Assert.Equal(1, await chain.RunAsync(1).AsTask().WaitAsync(Generous));
        Assert.Contains(logger.Lines, line => line.Contains("PropagateCompletion", StringComparison.Ordinal));
    }

    [Fact]
    public void Through_BlockPostponesForEver_TurnEndsByItsBudgetAndTheBlockNeverGetsTheInput()
    {
        VirtualWorld.Run(async world =>
        {
            int given = 0;
            await using Chain<int, int> chain = Chain.From<int>("through")
                .Through("foreign", () => new HostileBlock<int>
                {
                    WhenOffered = () => ++given == 1 ? DataflowMessageStatus.Postponed : DataflowMessageStatus.Accepted,
                })
                .Build(world.Options(o => o.Budget = LatencyBudget.Total(50.Milliseconds())));
            await Assert.ThrowsAsync<TurnDeadlineExceededException>(async () => await chain.RunAsync(1));
            Assert.Equal(50, world.Elapsed.Ms());
            Assert.Equal(2, await chain.RunAsync(2));
            Assert.Equal(0, chain.DetachedBlocks);
        });
    }

    [Fact]
    public async Task Through_AnyNetworkAndManyTurnsAtOnce_EveryTurnGetsItsOwn()
    {
        await using Chain<int, string> chain = Chain.From<int>("through")
            .Through("foreign", () =>
            {
                var first = new TransformBlock<int, int>(async x =>
                {
                    await Task.Yield();
                    return x + 1;
                });
                var last = new BatchBlock<int>(10);
                first.LinkTo(last, new DataflowLinkOptions { PropagateCompletion = true });
                return DataflowBlock.Encapsulate(first, last);
            })
            .Then("text", x => string.Join(',', x))
            .Build(new ChainOptions { MaxTurns = 4000 });
        string[] all = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => chain.RunAsync(i).AsTask())).WaitAsync(Generous);
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => $"{i}"), all);
    }

    [Fact]
    public void Through_TurnEndsWhileItsBlockWorks_NextTurnDoesNotWait()
    {
        VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = Chain.From<int>("through")
                .Through("foreign", () => new TransformBlock<int, int>(
                    async x =>
                    {
                        await world.Delay(x);
                        return x;
                    },
                    new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler }), o => o.Concurrency(1))
                .Build(world.Options(o => o.Grace = 1.Milliseconds()));
            Turn<int> first = chain.Start(500);
            await world.Delay(10);
            await first.DisposeAsync();
            Assert.Equal(7, await chain.RunAsync(7));
            Assert.Equal(18, world.Elapsed.Ms());
            await world.Delay(500);
            Assert.Equal(0, chain.DetachedBlocks);
        });
    }

    private static async IAsyncEnumerable<int> Late(int x)
    {
        yield return x;
        await Task.Delay(5);
        yield return x;
    }

    private static TransformBlock<int, int> Completed()
    {
        var block = new TransformBlock<int, int>(x => x);
        block.Complete();
        return block;
    }

    private static HostileBlock<int> DeclinesAndAnswers()
    {
        HostileBlock<int> block = null!;
        block = new HostileBlock<int>
        {
            WhenOffered = () =>
            {
                block.Emit(99);
                return DataflowMessageStatus.Declined;
            },
        };
        return block;
    }
}

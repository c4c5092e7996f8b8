using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

public class StreamBudgetTests
{
    [Theory]
    [InlineData(BudgetLimit.FirstOutput, 30.0, new[] { 50.0 })]
    [InlineData(BudgetLimit.Stall, 40.0, new[] { 10.0, 10, 50 })]
    [InlineData(BudgetLimit.Total, 100.0, new[] { 15.0, 15, 15, 15, 15, 15, 15 })]
    public void OnOverrun_Cancel_EachLimitFiresWhenItIsDue(BudgetLimit limit, double at, double[] waits) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Make(world, waits, o => o.OnOverrun(Overrun.Cancel)).Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        var error = Assert.IsType<TurnDeadlineExceededException>(result.Error);
        Assert.Equal(("items", limit), (error.Block, error.Limit));
        Assert.InRange(result.Report.Elapsed.TotalMilliseconds, at, at + 0.01);
    });

    [Fact]
    public void OnOverrun_StallAlone_IsWatchedFromTheFirstItemOn() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("stall")
            .Stream<int>("items", (x, _, token) => world.Count([500, 5, 50], token), o => o.Stall(20.Milliseconds()).OnOverrun(Overrun.Cancel))
            .Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal(BudgetLimit.Stall, Assert.IsType<TurnDeadlineExceededException>(result.Error).Limit);
        Assert.InRange(result.Report.Elapsed.TotalMilliseconds, 525, 525.01);
    });

    [Fact]
    public void OnOverrun_Report_EachLimitIsReportedOnce() => VirtualWorld.Run(async world =>
    {
        var log = new CollectingLogger();
        await using StreamChain<int, int> chain = Make(world, [40, 40, 40, 30]).Build(world.Options(o => o.LoggerFactory = log));
        Assert.Equal(4, (await chain.RunToListAsync(1)).Count);
        Assert.Equal(
            ["FirstOutput", "Stall", "Total"],
            log.Lines.Where(l => l.EndsWith(").", StringComparison.Ordinal) && !l.Contains('{', StringComparison.Ordinal)).Select(l => l[(l.LastIndexOf('(') + 1)..^2]));
    });

    [Fact]
    public void Fallback_BeforeTheFirstItem_TakesThePlaceOfTheStream() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Make(world, [50, 1], o => o.OnOverrun(Overrun.Fallback(99)))
            .ThenEach("next", x => x + 1)
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        Assert.Equal([100], await turn.Output.ToListAsync());
        TurnResult result = await turn.Completion;
        Assert.InRange(result.Report.Elapsed.TotalMilliseconds, 30, 30.01);
        Assert.Equal(SpanNotes.Overran | SpanNotes.FellBack, result.Report.Spans[0].Notes);
    });

    [Fact]
    public void Fallback_AfterTheFirstItem_EndsTheTurnInstead() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Make(world, [10, 50], o => o.OnOverrun(Overrun.Fallback(99))).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        List<int> seen = [];
        await Assert.ThrowsAsync<TurnDeadlineExceededException>(async () =>
        {
            await foreach (int x in turn.Output)
            {
                seen.Add(x);
            }
        });
        Assert.Equal([0], seen);
    });

    [Fact]
    public void Stall_WhileTheNextBlockIsSlow_IsNotTheProducers() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("slow consumer")
            .Stream<int>("items", (x, _, token) => world.Count([1, 1, 1, 1, 1], token), o => o.Stall(20.Milliseconds()).OnOverrun(Overrun.Cancel))
            .ThenEach("slow", world.Work<int>(200), o => o.StreamCapacity(1))
            .Build(world.Options());
        Assert.Equal(5, (await chain.RunToListAsync(1)).Count);
    });

    [Fact]
    public void Stall_WhileTheHostIsSlow_IsNotTheChainsNorItsSubChains() => VirtualWorld.Run(async world =>
    {
        ChainOptions options = world.Options(o =>
        {
            o.Budget = LatencyBudget.Stall(20.Milliseconds());
            o.OutputCapacity = 1;
        });
        await using StreamChain<int, int> sub = Chain.From<int>("sub").Stream<int>("items", (x, _, token) => world.Count([1, 1, 1, 1, 1], token)).Build(options);
        await using StreamChain<int, int> chain = Chain.From<int>("slow host").Stream("inner", sub).Build(options);
        int count = 0;
        await foreach (int x in chain.Start(1).Output)
        {
            await world.Delay(200);
            count++;
        }

        Assert.Equal(5, count);
    });

    [Fact]
    public void Stall_AfterTheHostWasSlow_IsWatchedAgain() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("slow host")
            .Stream<int>("items", (x, _, token) => world.Count([1, 1, 1, 500], token))
            .Build(world.Options(o =>
            {
                o.Budget = LatencyBudget.Stall(20.Milliseconds());
                o.OutputCapacity = 1;
            }));
        Turn<int> turn = chain.Start(1);
        await world.Delay(100);
        await Assert.ThrowsAsync<TurnDeadlineExceededException>(async () => await turn.Output.ToListAsync());
        Assert.InRange((await turn.Completion).Report.Elapsed.TotalMilliseconds, 100, 125);
    });

    [Fact]
    public void Budget_OfAnEachBlock_CountsAnewForEachItem() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("each")
            .Stream<int>("items", (x, _, token) => world.Count([1, 1, 1, 1], token))
            .ThenEach("each", world.Work<int>(15), o => o.Budget(20.Milliseconds()).OnOverrun(Overrun.Cancel))
            .Build(world.Options());
        Assert.Equal(4, (await chain.RunToListAsync(1)).Count);
    });

    [Fact]
    public void Fallback_OfAnEachBlock_TakesThePlaceOfThatItemAlone() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("each")
            .Stream<int>("items", (x, _, token) => world.Count([1, 1, 1], token))
            .ThenEach("each", async (int x, CancellationToken token) =>
            {
                await world.Delay(x == 1 ? 50 : 5, token);
                return x;
            }, o => o.Budget(20.Milliseconds()).OnOverrun(Overrun.Fallback(-1)))
            .Build(world.Options());
        Assert.Equal([0, -1, 2], await chain.RunToListAsync(1));
    });

    static StreamChainBuilder<int, int> Make(VirtualWorld world, double[] waits, Action<StreamSetup<int, int>>? more = null) =>
        Chain.From<int>("stream").Stream<int>("items", (x, _, token) => world.Count(waits, token), o =>
        {
            o.Budget(LatencyBudget.FirstOutput(30.Milliseconds()).AndStall(20.Milliseconds()).AndTotal(100.Milliseconds()));
            if (waits.Length > 3)
            {
                o.Stall(35.Milliseconds());
            }

            more?.Invoke(o);
        });
}

using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

public class BudgetTests
{
    [Fact]
    public void OnOverrun_Report_BlockGoesOnAndTheReportSaysSo() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("report")
            .Then("slow", world.Work<int>(50), o => o.Budget(20.Milliseconds()))
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        Assert.Equal(1, await turn.Output.SingleAsync());
        TurnResult result = await turn.Completion;
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal(SpanNotes.Overran, result.Report.Spans.Single().Notes);
        Assert.Equal(50, result.Report.Elapsed.Ms());
    });

    [Fact]
    public void OnOverrun_NotReached_LeavesNoNote() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("fast")
            .Then("fast", world.Work<int>(10), o => o.Budget(20.Milliseconds()).OnOverrun(Overrun.Fallback(99)))
            .Then("late", world.Work<int>(100))
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        Assert.Equal(1, await turn.Output.SingleAsync());
        Assert.All((await turn.Completion).Report.Spans, s => Assert.Equal(SpanNotes.None, s.Notes));
    });

    [Fact]
    public void OnOverrun_Cancel_TurnEndsAndNamesTheBlockAndItsBudget() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("cancel")
            .Then("before", world.Work<int>(10))
            .Then("slow", world.Work<int>(50), o => o.Budget(20.Milliseconds()).OnOverrun(Overrun.Cancel))
            .Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        var error = Assert.IsType<TurnDeadlineExceededException>(result.Error);
        Assert.Equal(("slow", BudgetLimit.Total, 20.Milliseconds()), (error.Block, error.Limit, error.Budget));
        Assert.InRange(result.Report.Elapsed.TotalMilliseconds, 30, 30.01);
        Assert.Equal(SpanNotes.Overran | SpanNotes.Unfinished, result.Report.Spans.Single(s => s.Block == "slow").Notes);
    });

    [Fact]
    public void OnOverrun_FallbackValue_TakesItsPlaceAndTheTokenFires() => VirtualWorld.Run(async world =>
    {
        bool fired = false;
        await using Chain<int, string> chain = Chain.From<int>("fallback")
            .Then("slow", async (int x, CancellationToken token) =>
            {
                token.Register(() => fired = true);
                await world.Delay(50, token);
                return $"slow {x}";
            }, o => o.Budget(20.Milliseconds()).OnOverrun(Overrun.Fallback("instead")))
            .Then("after", x => x + "!")
            .Build(world.Options());
        Turn<string> turn = chain.Start(1);
        Assert.Equal("instead!", await turn.Output.SingleAsync());
        TurnResult result = await turn.Completion;
        Assert.True(fired);
        Assert.InRange(result.Report.Elapsed.TotalMilliseconds, 20, 20.01);
        Assert.Equal(SpanNotes.Overran | SpanNotes.FellBack, result.Report.Spans[0].Notes);
        Reports.AssertLawful(result);
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public void OnOverrun_FallbackWhileTheBlockIsDeaf_ItsLateResultAndFailureAreDropped() => VirtualWorld.Run(async world =>
    {
        List<int> seen = [];
        await using Chain<int, int> chain = Chain.From<int>("deaf")
            .Then("deaf", async (int x, CancellationToken _) =>
            {
                await world.Delay(100);
                return x > 0 ? x : throw new InvalidDataException();
            }, o => o.Budget(20.Milliseconds()).OnOverrun(Overrun.Fallback(7)))
            .Tap("after", (x, _) => seen.Add(x))
            .Then("slow", world.Work<int>(500))
            .Build(world.Options());
        Task<int> one = chain.RunAsync(1).AsTask();
        Task<int> failing = chain.RunAsync(-1).AsTask();
        await world.Delay(50);
        Assert.Equal(2, chain.DetachedBlocks);
        int[] both = await Task.WhenAll(one, failing);
        Assert.Equal([7, 7], both);
        Assert.Equal(0, chain.DetachedBlocks);
        Assert.Equal([7, 7], seen);
    });

    [Fact]
    public void OnOverrun_FallbackBlock_RunsOnTheSameInputWithTheTurnsToken() => VirtualWorld.Run(async world =>
    {
        var fallback = new Second(world);
        await using Chain<int, string> chain = Chain.From<int>("fallback")
            .Then("slow", async (int x, CancellationToken token) =>
            {
                await world.Delay(50, token);
                return "slow";
            }, o => o.Budget(20.Milliseconds()).OnOverrun(Overrun.FallbackTo(fallback)))
            .Build(world.Options());
        Turn<string> turn = chain.Start(5);
        Assert.Equal("second 5", await turn.Output.SingleAsync());
        TurnResult result = await turn.Completion;
        Assert.InRange(result.Report.Elapsed.TotalMilliseconds, 30, 30.01);
        Assert.Equal(["slow", "slow fallback"], result.Report.Spans.Select(s => s.Block));
        Assert.Equal([("slow", 20.0), ("slow fallback", 10.0)], result.Report.Parts.Select(p => (p.Owner, p.Duration.Ms())));
    });

    [Fact]
    public async Task OnOverrun_TokenCallbackThrowsOrBlocks_FallbackStillTakesItsPlace()
    {
        var release = new ManualResetEventSlim();
        await using Chain<int, int> chain = Chain.From<int>("bad callback").Then("slow", async (int x, CancellationToken token) =>
        {
            token.Register(() => throw new InvalidDataException());
            token.Register(() => release.Wait());
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return x;
        }, o => o.Budget(5.Milliseconds()).OnOverrun(Overrun.Fallback(9))).Build();
        try
        {
            Assert.Equal(9, await chain.RunAsync(1).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        }
        finally
        {
            release.Set();
        }

        await Eventually.Async(() => chain.DetachedBlocks == 0);
    }

    [Fact]
    public async Task OnOverrun_BudgetsShorterThanTheirOwnSetUp_EveryTurnEnds()
    {
        await using Chain<int, int> chain = Chain.From<int>("tiny")
            .Then("slow", async (int x, CancellationToken token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return x;
            }, o => o.Budget(TimeSpan.FromTicks(1)).OnOverrun(Overrun.Fallback(-1)))
            .Build();
        int[] all = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => chain.RunAsync(i).AsTask())).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.All(all, x => Assert.Equal(-1, x));
        await Eventually.Async(() => chain.DetachedBlocks == 0);
    }

    [Fact]
    public void Remaining_InABlock_IsTheSoonerOfItsOwnLimitAndTheTurns() => VirtualWorld.Run(async world =>
    {
        List<double> left = [];
        async ValueTask<int> Look(int x, BlockContext context, CancellationToken token)
        {
            left.Add(context.Remaining.Ms());
            await world.Delay(20, token);
            left.Add(context.Remaining.Ms());
            return x;
        }

        await using Chain<int, int> sub = Chain.From<int>("sub").Then("inside", Look).Build(world.Options(o => o.Budget = LatencyBudget.Total(90.Milliseconds())));
        await using Chain<int, int> chain = Chain.From<int>("time")
            .Then("turn's", Look)
            .Then("own", Look, o => o.Budget(30.Milliseconds()))
            .Then("sub", sub)
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(1000.Milliseconds())));
        await chain.RunAsync(1);
        Assert.Equal([1000, 980, 30, 10, 90, 70], left);
        await using Chain<int, int> free = Chain.From<int>("free").Then("look", Look).Build(world.Options());
        await free.RunAsync(1);
        Assert.Equal(Timeout.InfiniteTimeSpan.TotalMilliseconds, left[^1]);
    });

    [Fact]
    public void Remaining_AfterTheFirstOutput_CountsToTheNextLimit() => VirtualWorld.Run(async world =>
    {
        List<double> left = [];
        await using StreamChain<int, int> chain = Chain.From<int>("stream")
            .Stream<int>("items", (x, context, _) => Items(context), o => o.Budget(LatencyBudget.FirstOutput(30.Milliseconds()).AndTotal(200.Milliseconds())))
            .Build(world.Options());
        await chain.RunToListAsync(1);
        Assert.Equal([30, 180], left);

        async IAsyncEnumerable<int> Items(BlockContext context)
        {
            left.Add(context.Remaining.Ms());
            await world.Delay(10);
            yield return 1;
            await world.Delay(10);
            left.Add(context.Remaining.Ms());
        }
    });

    [Fact]
    public void Budget_OfASubChainWithoutOptions_CancelsTheTurnInItsName() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> sub = Chain.From<int>("sub").Then("slow", world.Work<int>(100))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(30.Milliseconds())));
        await using Chain<int, int> chain = Chain.From<int>("outer").Then("inner", sub).Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal("inner", Assert.IsType<TurnDeadlineExceededException>(result.Error).Block);
        Assert.InRange(result.Report.Elapsed.TotalMilliseconds, 30, 30.01);
    });

    [Fact]
    public void Fallback_OfASubChain_StopsWhatRunsInsideAndItsFailuresNoLongerCount() => VirtualWorld.Run(async world =>
    {
        List<string> events = [];
        await using Chain<int, int> sub = Chain.From<int>("sub")
            .Then("slow", async (int x, CancellationToken token) =>
            {
                token.Register(() => events.Add("stopped"));
                await world.Delay(60);
                events.Add("deaf");
                return x;
            })
            .Tap("next", (_, _) => events.Add("never"))
            .Build(world.Options());
        await using Chain<int, int> chain = Chain.From<int>("outer")
            .Then("inner", sub, o => o.Budget(30.Milliseconds()).OnOverrun(Overrun.Fallback(5)))
            .Then("after", world.Work<int>(100))
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        Assert.Equal(5, await turn.Output.SingleAsync());
        Assert.Equal(["stopped", "deaf"], events);
        Reports.AssertLawful(await turn.Completion);
    });

    [Fact]
    public void Budget_OfTheChain_FirstOutputThenTotal() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<IReadOnlyList<double>, int> chain = Chain.From<IReadOnlyList<double>>("stream")
            .Stream<int>("items", (waits, _, token) => world.Count(waits, token))
            .Build(world.Options(o => o.Budget = LatencyBudget.FirstOutput(100.Milliseconds()).AndTotal(300.Milliseconds()).AndStall(80.Milliseconds())));
        await Ends([150], BudgetLimit.FirstOutput, 100);
        await Ends([20, 200], BudgetLimit.Stall, 100);
        await Ends([90, 70, 70, 75], BudgetLimit.Total, 300);
        await Ends([90, 70, 70, 100], BudgetLimit.Total, 300);
        Assert.Equal(4, (await chain.RunToListAsync([90, 70, 70, 60])).Count);

        async Task Ends(double[] waits, BudgetLimit limit, double at)
        {
            Turn<int> turn = chain.Start(waits);
            TurnResult result = await turn.Completion;
            var error = Assert.IsType<TurnDeadlineExceededException>(result.Error);
            Assert.Equal((limit, (string?)null), (error.Limit, error.Block));
            Assert.InRange(result.Report.Elapsed.TotalMilliseconds, at, at + 0.01);
            Reports.AssertLawful(result);
        }
    });

    sealed class Second(VirtualWorld world) : IBlock<int, string>
    {
        public async ValueTask<string> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            await world.Delay(10, cancellationToken);
            return $"second {input}";
        }
    }
}

using AgentChain.Costs;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Overload;

/// <summary>Fallbacks that run in place of a block that would make the turn late.</summary>
public class DegradeTests
{
    [Fact]
    public void Block_WouldBeLate_ItsFallbackValueIsUsedAtOnce() => VirtualWorld.Run(async world =>
    {
        int calls = 0;
        await using Chain<int, int> chain = Slow(world, 400)
            .Then("rank", (x, token) => Ranked(world, x, () => calls++, token), o => o
                .OnOverrun(Overrun.Fallback(-1)).Cost(CostModel.Constant(200.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 500)));

        TurnResult<int> ended = await EndAsync(chain, 1);

        Assert.Equal((TurnOutcome.Completed, -1, 0), (ended.Result.Outcome, ended.Value, calls));
        Assert.Equal(400.Milliseconds(), ended.Result.Report.Elapsed);
        BlockSpan span = ended.Result.Report.Spans.Single(s => s.Block == "rank");
        Assert.Equal(SpanNotes.Degraded | SpanNotes.FellBack, span.Notes);
    });

    [Fact]
    public void Block_InTime_Runs() => VirtualWorld.Run(async world =>
    {
        int calls = 0;
        await using Chain<int, int> chain = Slow(world, 100)
            .Then("rank", (x, token) => Ranked(world, x, () => calls++, token), o => o
                .OnOverrun(Overrun.Fallback(-1)).Cost(CostModel.Constant(200.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 500)));

        Assert.Equal(1, (await EndAsync(chain, 1)).Value);
        Assert.Equal(1, calls);
    });

    [Fact]
    public void Block_SmallerModelIsInTime_RunsInstead() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Slow(world, 200)
            .Then("answer", (x, token) => OverloadTests.Wait(world, x, 400, token), o => o
                .OnOverrun(Overrun.FallbackTo<int, int>((int x, CancellationToken token) => OverloadTests.Wait(world, -x, 100, token)))
                .Cost(CostModel.Constant(400.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 500)));

        TurnResult<int> ended = await EndAsync(chain, 7);

        Assert.Equal((TurnOutcome.Completed, -7), (ended.Result.Outcome, ended.Value));
        Assert.Equal(300.Milliseconds(), ended.Result.Report.Elapsed);
    });

    [Fact]
    public void Block_LongQueue_DoesNotWaitForItsWorker() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("rank", (x, token) => OverloadTests.Wait(world, x, 100, token), o => o
                .Concurrency(1).OnOverrun(Overrun.Fallback(-1)).Cost(CostModel.Constant(100.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 450)));

        TurnResult[] ended = await OverloadTests.EndAsync(Enumerable.Range(0, 30).Select(i => chain.Start(i)));

        // All are answered, and those that cannot be ranked in time at once.
        Assert.All(ended, turn => Assert.Equal(TurnOutcome.Completed, turn.Outcome));
        Assert.InRange(ended.Count(turn => turn.Report.Elapsed == TimeSpan.Zero), 20, 27);
        Assert.True(ended.Max(turn => turn.Report.Elapsed) <= 450.Milliseconds());
    });

    [Fact]
    public void Stream_WouldBeLate_EmitsTheFiller() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, string> chain = Slow(world, 400)
            .Stream("answer", (int x, CancellationToken token) => Words(world, token), o => o
                .OnOverrun(Overrun.Fallback("one moment")).Cost(CostModel.Constant(300.Milliseconds())))
            .Build(world.Options(o => (o.Budget, o.Overload) = (LatencyBudget.FirstOutput(500.Milliseconds()), new())));

        Assert.Equal(["one moment"], await chain.RunToListAsync(1));
        Assert.Equal(400.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void Admission_TurnThatADegradedBlockSaves_IsAdmitted() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Slow(world, 300)
            .Then("rank", (x, token) => OverloadTests.Wait(world, x, 300, token), o => o
                .OnOverrun(Overrun.Fallback(-1)).Cost(CostModel.Constant(300.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 500)));

        Assert.Equal(-1, (await EndAsync(chain, 1)).Value);
    });

    [Fact]
    public void Block_FallbackWouldBeLateToo_EndsTheTurn() => VirtualWorld.Run(async world =>
    {
        int calls = 0;
        await using Chain<int, int> chain = Slow(world, 300, known: 50)
            .Then("rank", (x, token) => Ranked(world, x, () => calls++, token), o => o
                .OnOverrun(Overrun.FallbackTo<int, int>((x, token) => Ranked(world, -x, () => calls++, token)))
                .Cost(CostModel.Constant(300.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 400).Costs = Fallback(400)));

        TurnResult ended = await chain.Start(1).Completion;

        Assert.Equal((TurnOutcome.Rejected, "rank", 0), (ended.Outcome, ended.Error!.Block, calls));
    });

    [Fact]
    public void Start_BlockAndFallbackWouldBeLate_RejectsAtTheDoor() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("rank", (x, token) => OverloadTests.Wait(world, x, 600, token), o => o
                .OnOverrun(Overrun.FallbackTo<int, int>((x, token) => OverloadTests.Wait(world, x, 600, token)))
                .Cost(CostModel.Constant(600.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 400).Costs = Fallback(600)));

        TurnResult ended = await chain.Start(1).Completion;

        Assert.Equal((TurnOutcome.Rejected, null), (ended.Outcome, ended.Error!.Block));
    });

    [Fact]
    public void Block_OverranAndItsFallbackWouldBeLate_EndsTheTurn() => VirtualWorld.Run(async world =>
    {
        int calls = 0;
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("rank", (x, token) => OverloadTests.Wait(world, x, 600, token), o => o
                .Budget(200.Milliseconds())
                .OnOverrun(Overrun.FallbackTo<int, int>((x, token) => Ranked(world, -x, () => calls++, token)))
                .Cost(CostModel.Constant(100.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 300).Costs = Fallback(200)));

        TurnResult ended = await chain.Start(1).Completion;

        Assert.Equal((TurnOutcome.Rejected, 0), (ended.Outcome, calls));
        Assert.InRange(ended.Report.Elapsed, 200.Milliseconds(), 201.Milliseconds());
    });

    [Fact]
    public void Block_NoBudgetOfItsOwnAndAlwaysLate_IsNotTriedInsteadOfItsFallback() => VirtualWorld.Run(async world =>
    {
        int calls = 0;
        await using Chain<int, int> chain = Slow(world, 400)
            .Then("rank", (x, token) => Ranked(world, x, () => calls++, token), o => o
                .OnOverrun(Overrun.Fallback(-1)).Cost(CostModel.Constant(200.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 500)));
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(-1, (await EndAsync(chain, i)).Value);
        }

        Assert.Equal(0, calls);
    });


    [Fact]
    public void Build_FallbackWithoutABudgetAndWithoutOverload_IsRefused() => VirtualWorld.Run(world =>
    {
        ChainBuilder<int, int> chain = Slow(world, 1).Then("rank", (x, token) => OverloadTests.Wait(world, x, 1, token), o => o.OnOverrun(Overrun.Fallback(-1)));

        Assert.Throws<ChainValidationException>(() => chain.Build(world.Options(o => o.Budget = LatencyBudget.Total(1.Seconds()))));
        return Task.CompletedTask;
    });

    static CostBook Fallback(int milliseconds) => new CostBook().Declare("rank fallback", CostModel.Constant(milliseconds.Milliseconds()));

    static ChainBuilder<int, int> Slow(VirtualWorld world, int milliseconds, int? known = null) => Chain.From<int>("desk").Then(
        "search",
        (x, token) => OverloadTests.Wait(world, x, milliseconds, token),
        o => o.Cost(CostModel.Constant((known ?? milliseconds).Milliseconds())));

    static ValueTask<int> Ranked(VirtualWorld world, int x, Action called, CancellationToken cancellationToken)
    {
        called();
        return OverloadTests.Wait(world, x, 200, cancellationToken);
    }

    static async IAsyncEnumerable<string> Words(
        VirtualWorld world, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(300.Milliseconds(), world.Clock, cancellationToken);
        yield return "hello";
    }

    static async Task<TurnResult<int>> EndAsync(Chain<int, int> chain, int input)
    {
        Turn<int> turn = chain.Start(input);
        int value = 0;
        await foreach (int output in turn.Output)
        {
            value = output;
        }

        return new(await turn.Completion, value);
    }

    sealed record TurnResult<T>(TurnResult Result, T Value);
}

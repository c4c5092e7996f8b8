using AgentChain.Costs;
using AgentChain.Diagnostics;
using AgentChain.Simulation;

namespace AgentChain.Tests.Costs;

/// <summary>Chains whose budget is split over their blocks, in virtual time.</summary>
public class ExplainTests
{
    [Fact]
    public void Explain_CostsLearned_SplitsTheBudgetAndPredictsTheShareOnTime() => VirtualWorld.Run(async world =>
    {
        CostBook costs = await Learn(world, 2000);
        ChainOptions options = Options(world, costs, 400, 0.9);
        await using Chain<int, int> chain = Blocks(world).Build(options);

        BudgetPlan plan = chain.Explain();
        int onTime = 0;
        for (int i = 5000; i < 7000; i++)
        {
            onTime += await IsOnTime(chain, i) ? 1 : 0;
        }

        Assert.Equal(["first", "left", "right", "last"], plan.Blocks.Select(row => row.Block));
        Assert.All(plan.Blocks, row => Assert.True(row.Budget > row.Median && !row.IsDeclared));
        Assert.InRange(plan.OnTime!.Value, (onTime / 2000.0) - 0.03, (onTime / 2000.0) + 0.03);
        Assert.Contains("limit 400 ms", plan.ToString(), StringComparison.Ordinal);
        BudgetRow first = plan.Blocks[0], right = plan.Blocks[2], last = plan.Blocks[3];
        Assert.Equal(400, (first.Budget!.Value + right.Budget!.Value + last.Budget!.Value).TotalMilliseconds, 1.0);
    });

    [Fact]
    public void Build_TargetCanBeMet_TheSharesAreBudgets() => VirtualWorld.Run(async world =>
    {
        CostBook costs = await Learn(world, 500);
        await using Chain<int, int> chain = Blocks(world).Build(Options(world, costs, 330, 0.6));
        TimeSpan share = chain.Explain().Blocks[0].Budget!.Value;

        List<TurnReport> reports = [];
        for (int i = 5000; i < 5400; i++)
        {
            reports.Add((await chain.Start(i).Completion).Report);
        }

        BlockSpan[] spans = [.. reports.SelectMany(report => report.Spans).Where(span => span.Block == "first")];
        Assert.Contains(spans, span => span.Notes.HasFlag(SpanNotes.Overran));
        Assert.All(spans, span => Assert.Equal(span.Ended - span.Started > share, span.Notes.HasFlag(SpanNotes.Overran)));
        Assert.Contains("first", chain.ToMermaid(), StringComparison.Ordinal);
    });

    [Fact]
    public void Build_TargetCannotBeMet_SaysWhatEachBlockNeeds() => VirtualWorld.Run(async world =>
    {
        CostBook costs = await Learn(world, 200);

        var error = Assert.Throws<ChainValidationException>(() => Blocks(world).Build(Options(world, costs, 200, 0.95)));

        Assert.Contains("(target 95.0 %)", error.Message, StringComparison.Ordinal);
        Assert.All(["first", "left", "right", "last"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    });

    [Fact]
    public void Build_NothingLearnedYet_SplitsNothingAndNamesTheUnknownBlocks() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Blocks(world).Build(Options(world, new CostBook(), 400, 0.95));

        BudgetPlan plan = chain.Explain();

        Assert.Equal(["first", "left", "right", "last"], plan.Unknown);
        Assert.Null(plan.OnTime);
        Assert.Equal("chain 'plan': limit 400 ms, no cost is known yet of first, left, right, last\n", plan.ToString());
        Assert.Equal(7, await chain.RunAsync(7));
    });

    [Fact]
    public void Explain_StreamWithDeclaredCosts_CountsTheTimeToTheFirstOutput() => VirtualWorld.Run(async world =>
    {
        await using var chain = Chain.From<int>("speak")
            .Stream("respond", (x, token) => Three(world, x, token), o => o.Cost(CostModel.Constant(100.Milliseconds())))
            .StreamEach("speak", (x, token) => Three(world, x, token), o => o.Cost(CostModel.Constant(50.Milliseconds())))
            .Collect("all")
            .Build(Options(world, null, 400, null));

        BudgetPlan plan = chain.Explain();

        Assert.InRange(plan.Median.TotalMilliseconds, 135, 165);
        Assert.Equal((2, 1.0), (plan.Blocks.Count, Math.Round(plan.OnTime!.Value, 2)));
        Assert.Equal(["all"], plan.NotCounted);
    });

    [Fact]
    public void Explain_BlockThatNeverRanHasABudget_CountsAsIt() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("own")
            .Then("slow", async (int x, CancellationToken token) =>
            {
                await world.Delay(1, token);
                return x;
            }, o => o.Budget(70.Milliseconds()))
            .Build(Options(world, new CostBook(), 400, 0.95));

        BudgetRow row = Assert.Single(chain.Explain().Blocks);

        Assert.Equal((70.Milliseconds(), true), (row.Budget!.Value, row.IsDeclared));
    });

    [Fact]
    public void Explain_BudgetThatIsOnlyReported_EndsNoRun() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("own")
            .Then("slow", Block(world, 1, 100), o => o.Budget(20.Milliseconds()).OnOverrun(OverrunAction.Report).Cost(CostModel.Constant(100.Milliseconds())))
            .Build(Options(world, null, 400, null));

        Assert.InRange(chain.Explain().Median.TotalMilliseconds, 90, 110);
    });

    [Fact]
    public void Explain_BlocksInPlace_AreNotUnknownAndGetNoShare() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("place")
            .Then("known", x => x + 1, o => o.Cost(CostModel.Constant(1.Milliseconds())))
            .Then("unknown", x => x + 1)
            .Then("slow", Block(world, 1, 100), o => o.Cost(CostModel.Constant(100.Milliseconds())))
            .Build(Options(world, new CostBook(), 400, null));

        BudgetPlan plan = chain.Explain();

        Assert.Empty(plan.Unknown);
        Assert.Equal(["slow"], plan.Blocks.Where(row => row.Budget is not null).Select(row => row.Block));
    });

    [Fact]
    public void Explain_OneCostIsUnknown_SplitsNothing() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("half")
            .Then("known", Block(world, 1, 100), o => o.Cost(CostModel.Constant(100.Milliseconds())))
            .Then("unknown", Block(world, 2, 100))
            .Build(Options(world, new CostBook(), 400, 0.5));

        BudgetPlan plan = chain.Explain();

        Assert.Equal(["unknown"], plan.Unknown);
        Assert.Null(Assert.Single(plan.Blocks).Budget);
    });

    [Fact]
    public void Explain_StreamWithATotalBudgetOnly_HasNoLimit() => VirtualWorld.Run(async world =>
    {
        ChainOptions options = Options(world, null, 400, null);
        options.Budget = LatencyBudget.Total(1.Seconds());
        await using var chain = Chain.From<int>("speak")
            .Stream("respond", (x, token) => Three(world, x, token), o => o.Cost(CostModel.Constant(100.Milliseconds())))
            .Build(options);

        Assert.Null(chain.Explain().Limit);
    });

    [Fact]
    public void Build_TargetWhoseCostsAreNeverKept_IsRefused() => VirtualWorld.Run(world =>
    {
        var error = Assert.Throws<ChainValidationException>(() => Blocks(world).Build(Options(world, null, 400, 0.9)));

        Assert.Contains("'first', 'left', 'right', 'last'", error.Message, StringComparison.Ordinal);
        return Task.CompletedTask;
    });


    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void Build_BadTarget_IsRefused(double target) => VirtualWorld.Run(world =>
    {
        var error = Assert.Throws<ChainValidationException>(() => Blocks(world).Build(Options(world, null, 400, target)));
        Assert.Contains("OnTimeTarget", error.Message, StringComparison.Ordinal);
        return Task.CompletedTask;
    });

    [Fact]
    public void Build_TargetWithoutABudget_IsRefused()
    {
        var error = Assert.Throws<ChainValidationException>(
            () => Chain.From<int>("none").Then("x", x => x).Build(new ChainOptions { OnTimeTarget = 0.9 }));

        Assert.Contains("no budget to be split", error.Message, StringComparison.Ordinal);
    }

    static ChainBuilder<int, int> Blocks(VirtualWorld world) => Chain.From<int>("plan")
        .Then("first", Block(world, 1, 80))
        .Parallel("both", b => b.Then("left", Block(world, 2, 40)), b => b.Then("right", Block(world, 3, 120)), (_, left, right) => right)
        .Then("last", Block(world, 4, 60));

    static SimulatedBlock<int, int> Block(VirtualWorld world, int seed, int median) =>
        new(LatencyModel.LogNormal(median.Milliseconds(), 0.3), x => x) { Seed = seed, Luck = x => x };

    static ChainOptions Options(VirtualWorld world, CostBook? costs, int limit, double? target)
    {
        ChainOptions options = world.Options();
        (options.Costs, options.Budget, options.OnTimeTarget) = (costs, LatencyBudget.FirstOutput(limit.Milliseconds()), target);
        return options;
    }

    static async Task<CostBook> Learn(VirtualWorld world, int turns)
    {
        var costs = new CostBook();
        ChainOptions options = world.Options();
        options.Costs = costs;
        await using Chain<int, int> chain = Blocks(world).Build(options);
        for (int i = 0; i < turns; i++)
        {
            await chain.RunAsync(i);
        }

        return costs;
    }

    static async Task<bool> IsOnTime(Chain<int, int> chain, int input) => (await chain.Start(input).Completion).Outcome == TurnOutcome.Completed;

    static async IAsyncEnumerable<int> Three(VirtualWorld world, int x, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(10, token);
        yield return x;
    }
}

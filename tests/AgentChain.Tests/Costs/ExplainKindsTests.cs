using System.Runtime.CompilerServices;
using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Diagnostics;
using AgentChain.Simulation;

namespace AgentChain.Tests.Costs;

/// <summary>The split of a budget over steps that are not plain blocks: sub-chains, revising blocks, Dataflow blocks, blocks of items.</summary>
public class ExplainKindsTests
{
    [Fact]
    public void Explain_SubChainWithABudgetNeverRan_CountsAsItsBudget() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("outer")
            .Then("inner", Chain.From<int>("inner").Then("step", Step(world, 10)), o => o.Budget(90.Milliseconds()).OnOverrun(OverrunAction.Cancel))
            .Build(Options(world, new CostBook(), 400));

        BudgetPlan plan = chain.Explain();

        Assert.Empty(plan.Unknown);
        Assert.Equal(("inner", 90.Milliseconds(), true), (plan.Blocks[0].Block, plan.Blocks[0].Budget!.Value, plan.Blocks[0].IsDeclared));
        Assert.Equal((90.Milliseconds(), 1.0), (plan.Median, plan.OnTime!.Value));
    });

    [Fact]
    public void Explain_SubChainWithoutABudgetNeverRan_NamesTheBlockInside() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("outer")
            .Then("inner", Chain.From<int>("inner").Then("step", Step(world, 10)))
            .Build(Options(world, new CostBook(), 400));

        Assert.Equal(["inner/step"], chain.Explain().Unknown);
    });

    [Fact]
    public void Explain_SubChainThatEndsAtItsBudget_IsNeverLonger() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("outer")
            .Then(
                "inner",
                Chain.From<int>("inner").Then("step", Step(world, 1), o => o.Cost(CostModel.Constant(300.Milliseconds()))),
                o => o.Budget(120.Milliseconds()).OnOverrun(Overrun.Fallback(0)))
            .Then("last", Step(world, 1), o => o.Cost(CostModel.Constant(50.Milliseconds())))
            .Build(Options(world, null, 400));

        BudgetPlan plan = chain.Explain();

        Assert.Equal(["inner", "inner/step", "last"], plan.Blocks.Select(row => row.Block));
        Assert.InRange(plan.P99.TotalMilliseconds, 120 + 30, 120 + 90);
        Assert.InRange(plan.Blocks[1].Budget!.Value.TotalMilliseconds, 100, 310);
        Assert.InRange(plan.Blocks[2].Budget!.Value.TotalMilliseconds, 50, 281);
    });

    [Fact]
    public void Explain_SubChainWhoseBudgetIsOnlyReported_CanTakeLonger() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("outer")
            .Then(
                "inner",
                Chain.From<int>("inner").Then("step", Step(world, 1), o => o.Cost(CostModel.Constant(300.Milliseconds()))),
                o => o.Budget(120.Milliseconds()).OnOverrun(OverrunAction.Report))
            .Build(Options(world, null, 400));

        Assert.InRange(chain.Explain().Median.TotalMilliseconds, 270, 330);
    });


    [Fact]
    public void Explain_RevisingBlockRan_CountsTheTimeToItsFinalValue() => VirtualWorld.Run(async world =>
    {
        var costs = new CostBook();
        await using Chain<int, int> chain = Chain.From<int>("listen")
            .Revise("listen", (x, token) => Listen(world, x, token))
            .Build(Options(world, costs, 400));
        await RunManyAsync(chain);

        BudgetPlan plan = chain.Explain();

        Assert.Empty(plan.Unknown);
        Assert.InRange(plan.Median.TotalMilliseconds, 29, 31);
    });

    [Fact]
    public void Explain_RevisingBlockWithLiveInput_CountsFromTheEndOfItsInput() => VirtualWorld.Run(async world =>
    {
        var costs = new CostBook();
        await using Chain<int, int> chain = Chain.From<int>("live")
            .Revise("listen", (x, context, token) => ListenLive(world, x, context, token), o => o.LiveInput())
            .Build(Options(world, costs, 400));
        await RunManyAsync(chain);

        Assert.InRange(chain.Explain().Median.TotalMilliseconds, 19, 21);
    });

    [Fact]
    public void Build_RevisingBlock_ItsShareIsThatOfTheFinalValue() => VirtualWorld.Run(async world =>
    {
        var costs = new CostBook();
        await using (Chain<int, int> learning = Revising(world).Build(Options(world, costs, 400)))
        {
            await RunManyAsync(learning);
        }

        ChainOptions options = Options(world, costs, 60);
        options.OnTimeTarget = 0.9;
        await using Chain<int, int> chain = Revising(world).Build(options);
        TurnReport report = (await chain.Start(1000).Completion).Report;

        Assert.InRange(chain.Explain().Blocks.Single().Budget!.Value.TotalMilliseconds, 29, 61);
        Assert.Contains(report.Spans, span => span.Block == "listen" && span.Notes.HasFlag(SpanNotes.Overran));
    });

    [Fact]
    public void Explain_DataflowBlockRan_KnowsItsTime() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("through")
            .Through("double", () => Doubling(world))
            .Build(Options(world, new CostBook(), 400));
        await RunManyAsync(chain);

        BudgetPlan plan = chain.Explain();

        Assert.Empty(plan.Unknown);
        Assert.InRange(plan.Median.TotalMilliseconds, 14, 16);
    });

    [Fact]
    public void Explain_BlockOfItems_CountsTheTimeToTheFirstOfItsOutputs() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("items")
            .Stream("count", (x, token) => Slow(world, x, 10, token))
            .StreamEach("spell", (x, token) => Slow(world, x, 20, token))
            .Build(Options(world, new CostBook(), 400));
        for (int i = 0; i < 50; i++)
        {
            await foreach (int item in chain.Start(i).Output)
            {
                _ = item;
            }
        }

        // 10 ms to the first item, 20 ms to its first output; the second outputs do not delay the first one of the chain.
        Assert.InRange(chain.Explain().Median.TotalMilliseconds, 29, 31);
    });

    static ChainBuilder<int, int> Revising(VirtualWorld world) =>
        Chain.From<int>("listen").Revise("listen", (x, token) => Listen(world, x, token, x == 1000 ? 200 : 20));

    static async Task RunManyAsync(Chain<int, int> chain)
    {
        for (int i = 0; i < 200; i++)
        {
            await chain.RunAsync(i);
        }
    }

    static Func<int, CancellationToken, ValueTask<int>> Step(VirtualWorld world, int milliseconds) => async (x, token) =>
    {
        await world.Delay(milliseconds, token);
        return x;
    };

    static TransformBlock<int, int> Doubling(VirtualWorld world) => new(
        async x =>
        {
            await world.Delay(15, CancellationToken.None);
            return x * 2;
        },
        new ExecutionDataflowBlockOptions { TaskScheduler = TaskScheduler.Current });

    static async IAsyncEnumerable<Hypothesis<int>> Listen(
        VirtualWorld world, int x, [EnumeratorCancellation] CancellationToken token, int final = 20)
    {
        await world.Delay(10, token);
        yield return Hypothesis.Tentative(x, 0.5);
        await world.Delay(final, token);
        yield return Hypothesis.Final(x);
    }

    static async IAsyncEnumerable<Hypothesis<int>> ListenLive(
        VirtualWorld world, int x, BlockContext context, [EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(500, token);
        context.InputEnded(world.Clock.GetTimestamp(), world.Clock.GetTimestamp());
        await world.Delay(20, token);
        yield return Hypothesis.Final(x);
    }

    static async IAsyncEnumerable<int> Slow(VirtualWorld world, int x, int milliseconds, [EnumeratorCancellation] CancellationToken token)
    {
        for (int i = 0; i < 2; i++)
        {
            await world.Delay(milliseconds, token);
            yield return x;
        }
    }

    static ChainOptions Options(VirtualWorld world, CostBook? costs, int limit)
    {
        ChainOptions options = world.Options();
        (options.Costs, options.Budget) = (costs, LatencyBudget.FirstOutput(limit.Milliseconds()));
        return options;
    }
}

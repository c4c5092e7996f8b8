using AgentChain.Costs;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Costs;

/// <summary>Chains that learn their blocks' costs, in virtual time.</summary>
public class ChainCostsTests
{
    [Fact]
    public void Run_BlocksOfAllKinds_TheirTimesAreLearned() => VirtualWorld.Run(async world =>
    {
        var costs = new CostBook();
        await using var chain = Chain.From<int>("learn")
            .Then("fused", x => x)
            .Then("wait", async (int x, CancellationToken token) =>
            {
                await world.Delay(5 + (2 * x), token);
                return x;
            }, o => o.Cost(x => new CostFeatures { Tokens = x }))
            .Stream("speak", (x, token) => Speak(world, x, token))
            .Build(With(world, costs));

        for (int i = 1; i <= 60; i++)
        {
            await chain.RunToListAsync(i % 20);
        }

        Assert.Same(costs, chain.Costs);
        Assert.Equal(
            [("speak", CostPart.Total), ("speak", CostPart.FirstOutput), ("wait", CostPart.Total)],
            costs.Entries.Select(e => (e.Block, e.Part)));
        Assert.InRange(costs.Of("wait").Predict(new CostFeatures { Tokens = 10 }).TotalMilliseconds, 23, 27);
        Assert.InRange(costs.Of("speak", part: CostPart.FirstOutput).Predict(default).TotalMilliseconds, 29, 31);
        Assert.InRange(costs.Of("speak").Predict(default).TotalMilliseconds, 68, 72);
        Assert.Equal(60, costs.Of("wait").Runs);
    });

    [Fact]
    public void Run_BlockWaitsForItsDevice_TheWaitIsNoCost() => VirtualWorld.Run(async world =>
    {
        await using var chain = Chain.From<int>("queue")
            .Then("wait", async (int x, CancellationToken token) =>
            {
                await world.Delay(50, token);
                return x;
            }, o => o.Cost(CostModel.Constant(10.Milliseconds())).On("cpu"))
            .Build(world.Options());

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => chain.RunAsync(i).AsTask()));

        LearnedCost cost = chain.Costs!.Of("wait", "cpu");
        Assert.InRange(cost.Predict(default).TotalMilliseconds, 48, 52);
        Assert.Equal((CostModel.Constant(10.Milliseconds()), 40L), (cost.Model, cost.Runs));
    });

    [Fact]
    public void WarmUp_Blocks_TeachNoCost() => VirtualWorld.Run(async world =>
    {
        var costs = new CostBook();
        await using var chain = Chain.From<int>("warm")
            .Then("wait", async (int x, CancellationToken token) =>
            {
                await world.Delay(50, token);
                return x;
            })
            .Build(With(world, costs));

        await chain.WarmUpAsync([1]);

        Assert.Equal(0, costs.Find("wait")?.Runs ?? 0);
    });

    [Fact]
    public void Run_DeadlineCutsEachRun_TheBlockIsLearnedToTakeLonger() => VirtualWorld.Run(async world =>
    {
        var costs = new CostBook();
        ChainOptions options = With(world, costs);
        options.Budget = LatencyBudget.Total(100.Milliseconds());
        await using var chain = Chain.From<int>("cut")
            .Then("wait", async (int x, CancellationToken token) =>
            {
                await world.Delay(2000, token);
                return x;
            })
            .Build(options);
        for (int i = 0; i < 30; i++)
        {
            Turn<int> turn = chain.Start(i);
            await turn.WhenQuiescentAsync();
        }

        Assert.True(costs.Of("wait").Predict(default) > 120.Milliseconds(), costs.Of("wait").ToString());
    });

    [Fact]
    public void Run_StreamWithADeclaredCost_ItIsThatOfTheFirstOutput() => VirtualWorld.Run(async world =>
    {
        var costs = new CostBook();
        await using var chain = Chain.From<int>("declared")
            .Stream("speak", (x, token) => Speak(world, x, token), o => o.Cost(CostModel.Constant(30.Milliseconds())))
            .Build(With(world, costs));

        await chain.RunToListAsync(1);

        Assert.NotNull(costs.Of("speak", part: CostPart.FirstOutput).Model);
        Assert.Null(costs.Of("speak").Model);
    });


    [Fact]
    public void Run_BlockFailsOrIsInterrupted_NothingIsLearned() => VirtualWorld.Run(async world =>
    {
        var costs = new CostBook();
        await using var chain = Chain.From<int>("fail")
            .Then("wait", async (int x, CancellationToken token) =>
            {
                await world.Delay(10, token);
                return x == 0 ? throw new IOException("no disk") : x;
            })
            .Build(With(world, costs));

        await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(0));
        Turn<int> turn = chain.Start(1);
        await world.Delay(5);
        turn.Interrupt();
        await turn.WhenQuiescentAsync();

        Assert.Equal(0, costs.Find("wait")?.Runs ?? 0);
    });

    [Fact]
    public void Run_FeaturesThrowOrAreBad_TheTurnCompletesAndTheLogNamesTheBlockOnce() => VirtualWorld.Run(async world =>
    {
        var log = new CollectingLogger();
        ChainOptions options = With(world, new CostBook());
        options.LoggerFactory = log;
        await using var chain = Chain.From<int>("bad")
            .Then("wait", async (int x, CancellationToken token) =>
            {
                await world.Delay(10, token);
                return x;
            }, o => o.Cost(x => x == 0 ? throw new IOException() : new CostFeatures { Tokens = x == 1 ? double.NaN : x }))
            .Build(options);

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(i, await chain.RunAsync(i));
        }

        Assert.Equal(2, chain.Costs!.Of("wait").Runs);
        Assert.Contains("block wait", Assert.Single(log.Messages, m => m.Contains("features", StringComparison.Ordinal)), StringComparison.Ordinal);
    });

    [Fact]
    public void Build_NoCosts_LearnsNothing() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("plain").Then("one", x => x).Build(world.Options());

        Assert.Null(chain.Costs);
    });

    static ChainOptions With(VirtualWorld world, CostBook costs)
    {
        ChainOptions options = world.Options();
        options.Costs = costs;
        return options;
    }

    static async IAsyncEnumerable<int> Speak(VirtualWorld world, int x, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(30, token);
        yield return x;
        await world.Delay(40, token);
        yield return x;
    }
}

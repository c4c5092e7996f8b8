using System.Runtime.CompilerServices;
using AgentChain.Costs;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Overload;

/// <summary>Predictions that would give up every turn for ever.</summary>
public class WrongPredictionTests
{
    [Fact]
    public void Start_ATurnStaysInside_PredictionsAreCorrectedNevertheless() => VirtualWorld.Run(async world =>
    {
        // The turn with input 0 is predicted well and is never read; the others take 100 ms and not 1,600.
        await using StreamChain<int, int> chain = Chain.From<int>("desk")
            .Stream("answer", (int x, CancellationToken token) => Many(world, x, token), o => o
                .Cost(new AffineCost { EachOutputToken = 1.Milliseconds() })
                .CostOfTurn((int x) => new CostFeatures { OutputTokens = x == 0 ? 100 : 1600 }))
            .Build(world.Options(o =>
                (o.Budget, o.Overload, o.OutputCapacity) = (LatencyBudget.FirstOutput(500.Milliseconds()), new(), 1)));
        await using Turn<int> stays = chain.Start(0);
        await world.Delay(1000, CancellationToken.None);
        var outcomes = new List<TurnOutcome>();
        for (int i = 1; i < 600; i++)
        {
            Turn<int> turn = chain.Start(i);
            if (!turn.Completion.IsCompleted)
            {
                Assert.Equal(5, await turn.Output.CountAsync());
            }

            outcomes.Add((await turn.Completion).Outcome);
        }

        Assert.Equal(1, chain.LiveTurns);
        Assert.All(outcomes[^10..], outcome => Assert.Equal(TurnOutcome.Completed, outcome));
    });

    [Fact]
    public void Start_OnlyThePredictionOfTheFallbackIsWrong_ItIsCorrected() => VirtualWorld.Run(async world =>
    {
        // The block is always too slow; its fallback was slow once.
        int calls = 0;
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("search", (x, token) => OverloadTests.Wait(world, x, 2000, token), o => o
                .Cost(CostModel.Constant(2.Seconds()))
                .OnOverrun(Overrun.FallbackTo(new Small(token => world.Delay(calls++ == 0 ? 450 : 10, token)))))
            .Then("answer", (x, token) => OverloadTests.Wait(world, x, 100, token), o => o.Cost(CostModel.Constant(100.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 500)));
        var outcomes = new List<TurnOutcome>();
        for (int i = 0; i < 400; i++)
        {
            outcomes.Add((await chain.Start(i).Completion).Outcome);
        }

        Assert.DoesNotContain(TurnOutcome.Completed, outcomes[..5]);
        Assert.Contains(TurnOutcome.Completed, outcomes[^20..]);
        Assert.True(outcomes[^100..].Count(outcome => outcome == TurnOutcome.Completed) > 80);
    });

    [Fact]
    public void Start_TokenIsCanceledAlready_NothingStaysCounted() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("search", (x, token) => OverloadTests.Wait(world, x, 10, token), o => o.Cost(CostModel.Constant(10.Milliseconds())))
            .Then("answer", (x, token) => OverloadTests.Wait(world, x, 100, token), o => o.Concurrency(1).Cost(CostModel.Constant(100.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 500)));
        for (int i = 0; i < 100; i++)
        {
            Turn<int> turn = chain.Start(i, new CancellationToken(canceled: true));
            Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        }

        await world.Delay(1, CancellationToken.None);
        Assert.Equal(TimeSpan.Zero, chain.Predict(1).Waiting);
        Assert.Equal(TurnOutcome.Completed, (await chain.Start(1).Completion).Outcome);
    });

    [Fact]
    public void CostOfTurn_DeclaredModel_TheSizeDoesNotCountTwice() => VirtualWorld.Run(async world =>
    {
        // Nothing but the input of the turn tells the size, so the cost is learned from it too.
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("answer", (x, token) => OverloadTests.Wait(world, x, 20 + x, token), o => o
                .Cost(new AffineCost { Start = 20.Milliseconds(), EachOutputToken = 1.Milliseconds() })
                .CostOfTurn((int x) => new CostFeatures { OutputTokens = x }))
            .Build(world.Options(o => OverloadTests.Limit(o, 1000)));

        for (int i = 0; i < 60; i++)
        {
            Assert.Equal(TurnOutcome.Completed, (await chain.Start(i % 3 * 300).Completion).Outcome);
        }

        Assert.InRange(chain.Predict(600).Expected.TotalMilliseconds, 600, 680);
        Assert.InRange(chain.Predict(0).Expected.TotalMilliseconds, 18, 23);
    });

    [Fact]
    public void Start_WaitsWereLongOnce_DoNotKeepTurnsOut() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("search", (x, token) => OverloadTests.Wait(world, x, 10, token), o => o.Cost(CostModel.Constant(10.Milliseconds())))
            .Then("answer", (x, token) => OverloadTests.Wait(world, x, 100, token), o => o.Concurrency(1).Cost(CostModel.Constant(100.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 60_000)));
        await OverloadTests.EndAsync(Enumerable.Range(0, 200).Select(i => chain.Start(i)));
        await world.Delay(60_000, CancellationToken.None);

        TurnResult ended = await chain.Start(1, new TurnOptions { Budget = LatencyBudget.Total(500.Milliseconds()) }).Completion;

        Assert.Equal(TurnOutcome.Completed, ended.Outcome);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Start_ServerHungForLong_TurnsCompleteSoonAfterwards(bool hasFallback) => VirtualWorld.Run(async world =>
    {
        bool hangs = true;
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("answer", (x, token) => OverloadTests.Wait(world, x, hangs ? 1_000_000 : 20, token), o => _ = hasFallback
                ? o.Budget(400.Milliseconds()).OnOverrun(Overrun.Fallback(-1))
                : o.Budget(400.Milliseconds()))
            .Build(world.Options(o => OverloadTests.Limit(o, 500)));
        for (int i = 0; i < 3000; i++)
        {
            await chain.Start(i).Completion;
        }

        hangs = false;
        int right = 0;
        for (int i = 0; i < 1000; i++)
        {
            Turn<int> turn = chain.Start(1);
            right += (await turn.Completion).Outcome == TurnOutcome.Completed && await turn.Output.SingleAsync() == 1 ? 1 : 0;
        }

        Assert.True(right > 500, $"{right} of 1000");
    });

    [Fact]
    public void Start_LateOnesNotInARow_NoneIsTried() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("answer", (x, token) => OverloadTests.Wait(world, x, x, token), o => o
                .Cost(new AffineCost { EachItem = 1.Milliseconds() }).CostOfTurn((int x) => new CostFeatures { Items = x }))
            .Build(world.Options(o => OverloadTests.Limit(o, 500)));
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal(
                i % 4 == 3 ? TurnOutcome.Completed : TurnOutcome.Rejected, (await chain.Start(i % 4 == 3 ? 100 : 2000).Completion).Outcome);
        }
    });

    [Fact]
    public void Block_LateOnesNotInARow_NoneIsTried() => VirtualWorld.Run(async world =>
    {
        // One of four searches takes so long that the answer would be late.
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("search", (x, token) => OverloadTests.Wait(world, x, x, token), o => o.Cost(CostModel.Constant(50.Milliseconds())))
            .Then("answer", (x, token) => OverloadTests.Wait(world, x, 100, token), o => o.Concurrency(1).Cost(CostModel.Constant(100.Milliseconds())))
            .Build(world.Options(o =>
            {
                OverloadTests.Limit(o, 500);
                o.Overload!.RejectBelow = 0.2;
            }));
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal(
                i % 4 == 3 ? TurnOutcome.Rejected : TurnOutcome.Completed, (await chain.Start(i % 4 == 3 ? 450 : 50).Completion).Outcome);
        }
    });

    [Fact]
    public void Block_ManyWaitAndAllAreLate_NoneIsTried() => VirtualWorld.Run(async world =>
    {
        // The first turn keeps the worker until those that wait have 5 ms left.
        int calls = 0;
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("search", (x, token) => OverloadTests.Wait(world, x, x == 0 ? 100 : 490, token), o => o.Cost(CostModel.Constant(50.Milliseconds())))
            .Then(
                "answer",
                (x, token) =>
                {
                    calls++;
                    return OverloadTests.Wait(world, x, x == 0 ? 400 : 10, token);
                },
                o => o.Concurrency(1).Cost(CostModel.Constant(10.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 60_000)));
        Turn<int> first = chain.Start(0);
        var options = new TurnOptions { Budget = LatencyBudget.Total(505.Milliseconds()) };

        TurnResult[] ended = await OverloadTests.EndAsync(Enumerable.Range(1, 20).Select(i => chain.Start(i, options)));

        // The last one delays nobody, and is tried.
        Assert.All(ended[..^1], turn => Assert.Equal((TurnOutcome.Rejected, "answer"), (turn.Outcome, turn.Error?.Block)));
        Assert.Equal(2, calls);
        await first.Completion;
    });

    [Fact]
    public void Predict_BranchesAreLateTogether_IsCorrectedByWhatBecameOfTheTurns() => VirtualWorld.Run(async world =>
    {
        // Each branch is in time for three of four turns, all of them only for one of three.
        SimulatedBlock<int, int> Branch(int seed) => new(LatencyModel.LogNormal(100.Milliseconds(), 0.3), x => x) { Seed = seed, Luck = x => x };
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Parallel(
                "both",
                a => a.Parallel("left", b => b.Then("1", Branch(1)), b => b.Then("2", Branch(2)), (_, one, _) => one),
                a => a.Parallel("right", b => b.Then("3", Branch(3)), b => b.Then("4", Branch(4)), (_, one, _) => one),
                (_, one, _) => one)
            .Build(world.Options(o =>
            {
                OverloadTests.Limit(o, 122);
                (o.Overload!.RejectBelow, o.Costs) = (0, new CostBook());
            }));
        int onTime = 0;
        for (int i = 0; i < 1500; i++)
        {
            onTime += (await chain.Start(i).Completion).Outcome == TurnOutcome.Completed ? 1 : 0;
        }

        double uncorrected = chain.Costs!.Of("both/left/1").ProbabilityWithin(default, 122.Milliseconds());
        Assert.True(uncorrected > 0.6, $"{uncorrected}");
        Assert.InRange(chain.Predict(0).OnTime, (onTime / 1500.0) - 0.15, (onTime / 1500.0) + 0.15);
    });


    sealed class Small(Func<CancellationToken, Task> work) : IBlock<int, int>
    {
        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            await work(cancellationToken);
            return -input;
        }
    }

    static async IAsyncEnumerable<int> Many(VirtualWorld world, int x, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await world.Delay(100, cancellationToken);
        for (int i = 0; i < 5; i++)
        {
            yield return x;
        }
    }
}

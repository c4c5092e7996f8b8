using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Predictions, budgets, and when things are started.</summary>
public class PredictionTests
{
    [Theory]
    [InlineData(2, 300, 200)]
    [InlineData(3, 500, 0)]
    public void Predict_FromTheInput_TheNextBlockStartsBesideTheOneGuessed(int guess, double elapsed, double saved) => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("guessed")
            .Then("slow", async (int x, CancellationToken token) => x + await One(world, token), o => o.Predict((_, _) => Hypothesis.Tentative(guess, 0.9)))
            .Then("next", world.Work<int>(200), o => o.Speculate())
            .Build(world.Eager());
        await using Turn<int> turn = chain.Start(1);
        Assert.Equal(2, await turn.Output.SingleAsync());
        TurnResult result = await turn.Completion;
        Assert.Equal((elapsed, saved), (result.Report.Elapsed.Ms(), result.Report.Speculation.Saved.Ms()));
    });

    [Fact]
    public void Predict_AndCandidates_AreJoined() => VirtualWorld.Run(async world =>
    {
        var next = new Worker<int, int>(world, 10, x => x);
        await using Chain<int, int> chain = Chain.From<int>("joined")
            .Then("slow", world.Work<int>(100), o => o.Predict(_ => Hypothesis.Tentative(1, 0.6)).Candidates(_ => [Hypothesis.Tentative(2, 0.3)]))
            .Then("next", next, o => o.Speculate().MaxSpeculations(2))
            .Build(world.Eager());
        Assert.Equal(2, await chain.RunAsync(2));
        Assert.Equal([(0.0, 1), (0.0, 2)], next.Runs.Select(r => (r.Began, r.Input)));
        Assert.Equal(100, world.Elapsed.Ms());
    });

    [Fact]
    public void Predict_ByASmallerModel_StartsWhenItHasGuessed() => VirtualWorld.Run(async world =>
    {
        var next = new Worker<int, int>(world, 200, x => x);
        await using Chain<int, int> chain = Chain.From<int>("guessed")
            .Then("slow", async (int x, CancellationToken token) => x + await One(world, token), o => o.Predict(new Small(world)))
            .Then("next", next, o => o.Speculate())
            .Build(world.Eager());
        Assert.Equal(2, await chain.RunAsync(1));
        Assert.Equal([(50.0, 2, 250.0, false)], next.Runs);
    });

    [Fact]
    public void Prediction_InABranch_TheJoinIsMadeWithItAndAgain() => VirtualWorld.Run(async world =>
    {
        List<(int, int, int)> joins = [];
        var next = new Worker<int, int>(world, 100, x => x);
        await using Chain<int, int> chain = Chain.From<int>("branches")
            .Parallel(
                "join",
                left => left.Then("slow", async (int x, CancellationToken token) => x + await One(world, token), o => o.Predict((_, _) => Hypothesis.Tentative(2, 0.9))),
                right => right.Then("quick", world.Work<int>(50)),
                (x, l, r) =>
                {
                    joins.Add((x, l, r));
                    return l * 10 + r;
                })
            .Then("next", next, o => o.Speculate())
            .Build(world.Eager());
        await using Turn<int> turn = chain.Start(1);
        Assert.Equal(21, await turn.Output.SingleAsync());
        Assert.Equal([(50.0, 21, 150.0, false)], next.Runs);
        Assert.Equal([(1, 2, 1), (1, 2, 1)], joins);
        TurnResult result = await turn.Completion;
        Assert.Equal((300.0, 100.0), (result.Report.Elapsed.Ms(), result.Report.Speculation.Saved.Ms()));
    });

    [Fact]
    public void Budget_OfARunBegunEarly_CountsFromItsCommitment() => VirtualWorld.Run(async world =>
    {
        foreach ((double work, TurnOutcome outcome) in new[] { (430.0, TurnOutcome.Completed), (470.0, TurnOutcome.DeadlineExceeded) })
        {
            await using Chain<string, string> chain = Chain.From<string>("voice")
                .Revise("listen", world.Hears((100, "a"), (500, "a")))
                .Then("search", world.Work<string>(work), o => o.Speculate().Budget(50.Milliseconds()).OnOverrun(Overrun.Cancel))
                .Build(world.Eager());
            TurnResult result = await chain.ResultAsync("");
            Assert.Equal(outcome, result.Outcome);
            Assert.Equal(outcome == TurnOutcome.Completed ? 530 : 550, result.Report.Elapsed.Ms());
        }
    });

    [Fact]
    public void Remaining_OfARunBegunEarly_IsNotLimitedByTheBlocksBudgetYet() => VirtualWorld.Run(async world =>
    {
        List<double> left = [];
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "a"), (500, "a")))
            .Then(
                "search",
                async (string x, BlockContext context, CancellationToken token) =>
                {
                    left.Add(context.Remaining.Ms());
                    await world.Delay(410, token);
                    left.Add(context.Remaining.Ms());
                    return x;
                },
                o => o.Speculate().Budget(50.Milliseconds()))
            .Build(world.Eager());
        await chain.ResultAsync("");
        Assert.Equal([Timeout.InfiniteTimeSpan.Ms(), 40.0], left);
    });

    [Fact]
    public void Fallback_BeyondTheBudgetFromCommitment_TakesTheRunsPlace() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "a"), (500, "a")))
            .Then("search", world.Work<string>(1000), o => o.Speculate().Budget(50.Milliseconds()).OnOverrun(Overrun.Fallback("nothing")))
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal("nothing", await turn.Output.SingleAsync());
        Assert.Equal(550, (await turn.Completion).Report.Elapsed.Ms());
    });

    [Fact]
    public void Later_HypothesisUnchanged_StartsThen() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 100, x => x);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((50, "a"), (100, "b"), (500, "b")))
            .Then("search", search, o => o.Speculate())
            .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = new Patient() }));
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal([(300.0, "b", 400.0, false)], search.Runs);
        Assert.Equal([SpeculationVerdict.Later, SpeculationVerdict.Later, SpeculationVerdict.Start], result.Report.Speculation.Decisions.Select(d => d.Decision.Verdict));
        Assert.Equal([false, true, true], result.Report.Speculation.Decisions.Select(d => d.CameTrue));
    });

    [Fact]
    public void DefaultController_KnowsHowLongTheWorkTakes_StartsAsLateAsIsFree() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 100, x => x);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", new Sure(world))
            .Then("search", search, o => o.Speculate())
            .Build(world.Options());
        for (int i = 0; i < 20; i++)
        {
            await chain.RunAsync("");
        }

        // 120 ms before the end of the 500: the work and the margin of 20 ms.
        double began = world.Elapsed.Ms();
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal(380, search.Runs[^1].Began - began, 1.0);
        Assert.Equal(500, result.Report.Elapsed.Ms());
    });

    [Fact]
    public void WasteBudget_UsedUp_NothingIsStarted() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "wrong"), (500, "right")))
            .Then("search", world.Work<string>(100), o => o.Speculate())
            .Build(world.Options(o => o.Speculation = new SpeculationOptions
            {
                WasteShare = 0, WasteBurst = 250.Milliseconds(),
                Controller = new SpeculationController(new SpeculationControllerOptions { Price = 0 }),
            }));
        int started = 0;
        for (int i = 0; i < 10; i++)
        {
            started += (await chain.ResultAsync("")).Report.Speculation.Started;
        }

        // The first turn teaches how long the work takes; of the 250 ms the others may waste, two runs take 200 and a third is too much.
        Assert.InRange(started, 2, 3);
    });

    [Fact]
    public void WasteBudget_OfAConversation_IsItsOwn() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "wrong"), (500, "right")))
            .Then("search", world.Work<string>(100), o => o.Speculate())
            .Build(world.Options(o => o.Speculation = new SpeculationOptions
            {
                WasteShare = 0, WasteBurst = 150.Milliseconds(),
                Controller = new SpeculationController(new SpeculationControllerOptions { Price = 0 }),
            }));
        await chain.ResultAsync("");
        foreach (int _ in new[] { 1, 2 })
        {
            await using Conversation<string, string> conversation = chain.OpenConversation();
            List<int> started = [];
            for (int i = 0; i < 3; i++)
            {
                await using Turn<string> turn = await conversation.StartAsync("");
                started.Add((await turn.Completion).Report.Speculation.Started);
            }

            Assert.Equal(1, started[0]);
            Assert.Equal(0, started[2]);
        }
    });

    static async Task<int> One(VirtualWorld world, CancellationToken token)
    {
        await world.Delay(300, token);
        return 1;
    }

    sealed class Small(VirtualWorld world) : IBlock<int, Hypothesis<int>>
    {
        public async ValueTask<Hypothesis<int>> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            await world.Delay(50, cancellationToken);
            return Hypothesis.Tentative(input + 1, 0.8);
        }
    }

    sealed class Patient : ISpeculationController
    {
        public SpeculationDecision Decide(in SpeculationRequest request) => request.Now.TotalSeconds % 1 < 0.2999
            ? new(SpeculationVerdict.Later, SpeculationReason.StillFree, 1, default, default) { AskAgainIn = 200.Milliseconds() }
            : new(SpeculationVerdict.Start, SpeculationReason.Worth, 1, default, default);

        public void Resolve(in SpeculationResolution resolution)
        {
        }
    }

    /// <summary>Publishes a hypothesis immediately, and announces the final value after half a second.</summary>
    sealed class Sure(VirtualWorld world) : IRevisingBlock<string, string>
    {
        public async IAsyncEnumerable<Hypothesis<string>> InvokeAsync(
            string input, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Hypothesis.Tentative(input, 0.95, new HypothesisFeatures { TimeToFinal = 500.Milliseconds(), Silence = TimeSpan.Zero });
            await world.Delay(500, cancellationToken);
            yield return Hypothesis.Final(input);
        }
    }
}

using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Output leaves a gate exactly once, and late output never leaves it.</summary>
public sealed class GateOutputTests
{
    [Fact]
    public void Predict_GuessComesAfterTheOutput_TheNextBlockRunsOnce() => VirtualWorld.Run(async world =>
    {
        var next = new Worker<int, int>(world, 200, x => x);
        await using Chain<int, int> chain = Chain.From<int>("late guess")
            .Then("quick", world.Work<int>(100), o => o.Predict(async (int x, CancellationToken token) =>
            {
                await world.Delay(150, token);
                return Hypothesis.Tentative(x, 0.9);
            }))
            .Then("next", next)
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync(1);
        await world.Delay(1000);
        Assert.Equal([(100.0, 1, 300.0, false)], next.Runs);
        Assert.Equal((0, 0, 0), Account(result));
    });

    [Fact]
    public void Predict_GuessOfAStreamComesAfterItsFirstItem_StartsNothing() => VirtualWorld.Run(async world =>
    {
        var next = new Worker<IReadOnlyList<int>, int>(world, 10, x => x.Count);
        await using Chain<int, int> chain = Chain.From<int>("late guess")
            .Stream("items", (_, _, token) => world.Count([100, 100, 100], token), o => o.Predict(async (int _, CancellationToken token) =>
            {
                await world.Delay(150, token);
                return Hypothesis.Tentative<IReadOnlyList<int>>([0, 1, 2], 0.9);
            }))
            .Collect("all")
            .Then("next", next, o => o.Speculate())
            .Build(world.Eager());
        Assert.Equal(3, await chain.RunAsync(1));
        Assert.Equal([300.0], next.Runs.Select(run => run.Began));
    });

    [Fact]
    public void Candidates_AnotherQuestionCameSince_TheOneBeforeIsNotAskedAgain() => VirtualWorld.Run(async world =>
    {
        var controller = new LaterOnce();
        await using Chain<string, string> chain = Chain.From<string>("asks")
            .Then("slow", world.Work<string>(300), o => o.Candidates(_ => [Hypothesis.Tentative("a", 0.6), Hypothesis.Tentative("b", 0.4)]))
            .Then("next", world.Work<string>(10), o => o.Speculate())
            .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = controller }));
        Assert.Equal("c", await chain.RunAsync("c"));
        Assert.Equal(2, controller.Asked);
    });

    [Fact]
    public void Candidates_RunThatStandsReturnsWhileTheOtherIsTerminated_GoesOnOnce() => VirtualWorld.Run(async world =>
    {
        // The callback of b's token completes a, right where b is terminated and before a's output is sent on.
        var release = new TaskCompletionSource();
        var next = new Worker<string, string>(world, 50, x => x);
        await using Chain<string, string> chain = Chain.From<string>("both")
            .Then("slow", world.Work<string>(100), o => o.Candidates(_ => [Hypothesis.Tentative("a", 0.6), Hypothesis.Tentative("b", 0.4)]))
            .Then(
                "work",
                async (string x, CancellationToken token) =>
                {
                    if (x == "a")
                    {
                        await release.Task;
                    }
                    else
                    {
                        _ = token.Register(() => release.TrySetResult());
                        await world.Delay(1000, token);
                    }

                    return x;
                },
                o => o.Speculate().MaxSpeculations(2))
            .Then("next", next)
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("a");
        await world.Delay(1000);
        Assert.Equal([(100.0, "a", 150.0, false)], next.Runs);
        Assert.Equal((2, 1, 1), Account(result));
    });

    [Fact]
    public void Candidates_TheRouteNotTaken_StopsWhenTheOtherIsChosen() => VirtualWorld.Run(async world =>
    {
        var wrong = new Worker<string, string>(world, 1000, x => x);
        await using Chain<string, string> chain = Chain.From<string>("line")
            .Route(
                "orchestrate",
                async (string _, CancellationToken token) =>
                {
                    await world.Delay(100, token);
                    return "right";
                },
                agents => agents
                    .To("wrong", b => b.Then("wrong", wrong, o => o.Speculate()))
                    .To("right", b => b.Then("right", world.Work<string>(200))),
                o => o.Candidates(_ => [Hypothesis.Tentative("wrong", 0.6)]))
            .Build(world.Eager());
        Assert.Equal("q", await chain.RunAsync("q"));
        Assert.Equal([(0.0, "q", 100.0, true)], wrong.Runs);
    });

    static (int Started, int Committed, int Terminated) Account(TurnResult result)
    {
        SpeculationAccount account = result.Report.Speculation;
        return (account.Started, account.Committed, account.Terminated);
    }

    sealed class LaterOnce : ISpeculationController
    {
        public int Asked { get; private set; }

        public SpeculationDecision Decide(in SpeculationRequest request) =>
            new(++Asked == 1 ? SpeculationVerdict.Later : SpeculationVerdict.Decline, SpeculationReason.Worth, request.Probability, default, default)
            {
                AskAgainIn = 100.Milliseconds(),
            };

        public void Resolve(in SpeculationResolution resolution)
        {
        }
    }
}

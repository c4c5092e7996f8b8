using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Agents that start before the orchestrator has decided.</summary>
public class RoutingTests
{
    [Fact]
    public void Candidates_Several_StartInOrderOfProbabilityAndTheLosersAreTerminated() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 8 }]);
        List<string> began = [];
        var billing = new Worker<string, string>(world, 300, x => "billing " + x);
        var support = new Worker<string, string>(world, 1000, x => "support " + x);
        await using Chain<string, string> chain = Chain.From<string>("line")
            .Route(
                "orchestrate",
                new Classifier(world, 200, "billing"),
                agents => agents
                    .To("support", b => b.Tap("s", (_, _) => began.Add("never")).Then("support", Noted("support", support), o => o.Speculate().On("cpu")))
                    .To("billing", b => b.Then("billing", Noted("billing", billing), o => o.Speculate().On("cpu")))
                    .Otherwise("smalltalk", b => b.Then("smalltalk", Noted("smalltalk", support), o => o.Speculate().On("cpu"))),
                o => o.Candidates((_, _) => [Hypothesis.Tentative("support", 0.3), Hypothesis.Tentative("billing", 0.6)]))
            .Build(world.Eager(o => o.Devices = devices));

        await using Turn<string> turn = chain.Start("q");
        await world.Delay(199);
        Assert.Equal(["billing", "support"], began);
        Assert.Equal(2, devices.OpenLeases);
        await world.Delay(1.5);
        Assert.Equal(1, devices.OpenLeases);
        Assert.Equal("billing q", await turn.Output.SingleAsync());
        TurnResult result = await turn.Completion;
        Assert.Equal([(0.0, "q", 200.0, true)], support.Runs);
        Assert.Equal(300, result.Report.Elapsed.Ms());
        SpeculationAccount account = result.Report.Speculation;
        Assert.Equal((2, 1, 1, 200.0), (account.Started, account.Committed, account.Terminated, account.Saved.Ms()));
        Assert.Equal(0, devices.OpenLeases);

        IBlock<string, string> Noted(string name, Worker<string, string> worker) => new Starts(() => began.Add(name), worker);
    });

    [Fact]
    public void Candidates_NoneIsRight_TheChosenAgentRuns() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Line(world, "smalltalk", o => o.Candidates((_, _) => [Hypothesis.Tentative("billing", 0.6)]));
        await using Turn<string> turn = chain.Start("q");
        Assert.Equal("smalltalk", await turn.Output.SingleAsync());
        Assert.Equal(300, (await turn.Completion).Report.Elapsed.Ms());
        Assert.Equal(1, (await turn.Completion).Report.Speculation.Terminated);
    });

    [Fact]
    public void Candidate_WithoutARoute_IsIgnored() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("line")
            .Route(
                "orchestrate",
                new Classifier(world, 100, "billing"),
                agents => agents.To("billing", b => b.Then("billing", world.Work<string>(100), o => o.Speculate())),
                o => o.Candidates((_, _) => [Hypothesis.Tentative("nowhere", 0.6)]))
            .Build(world.Eager());
        Assert.Equal(TurnOutcome.Completed, (await chain.ResultAsync("q")).Outcome);
    });

    [Fact]
    public void Classifier_ThatPublishesItsLeader_LetsTheAgentStart() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("line")
            .Route(
                "orchestrate",
                world.Hears((20, "support"), (60, "billing"), (200, "billing")),
                agents => agents
                    .To("billing", b => b.Then("billing", world.Work<string>(100), o => o.Speculate()))
                    .To("support", b => b.Then("support", world.Work<string>(100), o => o.Speculate())))
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("q");
        Assert.Equal((200.0, 100.0, 40.0), (result.Report.Elapsed.Ms(), result.Report.Speculation.Saved.Ms(), result.Report.Speculation.Wasted.Ms()));
    });

    [Fact]
    public void BlockBehindTheRoutes_TwoCandidatesMeet_TheLikelierHasItUnlessMoreMay() => VirtualWorld.Run(async world =>
    {
        foreach ((int most, double elapsed) in new[] { (1, 400.0), (2, 200.0) })
        {
            var respond = new Worker<string, string>(world, 200, x => x);
            double began = world.Elapsed.Ms();
            await using Chain<string, string> chain = Chain.From<string>("line")
                .Route(
                    "orchestrate",
                    new Classifier(world, 200, "support"),
                    agents => agents.To("billing", b => b.Then("billing", _ => "b")).To("support", b => b.Then("support", _ => "s")),
                    o => o.Candidates((_, _) => [Hypothesis.Tentative("support", 0.3), Hypothesis.Tentative("billing", 0.6)]))
                .Then("respond", respond, o => o.Speculate().MaxSpeculations(most))
                .Build(world.Eager());
            await using Turn<string> turn = chain.Start("q");
            Assert.Equal("s", await turn.Output.SingleAsync());
            Assert.Equal(elapsed, world.Elapsed.Ms() - began);
        }
    });

    static Chain<string, string> Line(VirtualWorld world, string choice, Action<BlockSetup<string, string>> configure) => Chain.From<string>("line")
        .Route(
            "orchestrate",
            new Classifier(world, 200, choice),
            agents => agents
                .To("billing", b => b.Then("billing", _ => "billing").Then("look up", world.Work<string>(100), o => o.Speculate()))
                .Otherwise("smalltalk", b => b.Then("smalltalk", _ => "smalltalk").Then("chat", world.Work<string>(100), o => o.Speculate())),
            configure)
        .Build(world.Eager());

    sealed class Classifier(VirtualWorld world, double milliseconds, string choice) : IBlock<string, string>
    {
        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            await world.Delay(milliseconds, cancellationToken);
            return choice;
        }
    }

    [Fact]
    public void Route_CertainValueGoesElsewhereAndTheTurnCompletes_TheWarmingStops() => VirtualWorld.Run(async world =>
    {
        double stopped = 0;
        await using Chain<string, string> chain = Chain.From<string>("warmed")
            .Revise("listen", world.Hears((100, "a"), (200, "b")))
            .Route("pick", x => x, r => r
                .To("a", a => a.Then("warmed", new Warmed(async token =>
                {
                    try
                    {
                        await world.Delay(1000, token);
                    }
                    finally
                    {
                        stopped = world.Elapsed.Ms();
                    }
                }), o => o.Speculate(SpeculationLevel.Prefill)))
                .To("b", b => b.Then("other", world.Work<string>(50))))
            .Build(world.Eager());
        Assert.Equal("b", await chain.RunAsync(""));
        await world.Delay(2000);
        Assert.InRange(stopped, 200, 250);
    });

    [Fact]
    public void Route_CertainStreamGoesElsewhere_WhatRanOnTheHypothesisStopsOnceItWasRead() => VirtualWorld.Run(async world =>
    {
        var each = new Worker<char, char>(world, 1, x => x);
        var slow = new Worker<string, string>(world, 1000, x => x);
        await using Chain<string, string> chain = Chain.From<string>("letters")
            .Revise("listen", world.Hears((100, "ab"), (200, "xy")))
            .Stream<char>("letters", (text, _, _) => text.ToAsyncEnumerable(), o => o.Speculate())
            .ThenEach("each", each, o => o.Speculate())
            .Collect("all")
            .Then("join", static letters => string.Concat(letters))
            .Route("pick", x => x == "ab" ? "a" : "b", r => r
                .To("a", a => a.Then("slow", slow, o => o.Speculate()))
                .To("b", b => b.Then("other", world.Work<string>(50))))
            .Build(world.Eager());
        Assert.Equal("xy", await chain.RunAsync(""));
        (double began, string input, double ended, bool cancelled) = Assert.Single(slow.Runs);
        Assert.Equal((102.0, "ab", 202.0, true), (began, input, ended, cancelled));
        Assert.Equal(252, world.Elapsed.Ms());
    });

    sealed class Warmed(Func<CancellationToken, Task> warm) : IBlock<string, string>, IPrefill<string>
    {
        public ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) => new(input);

        public async ValueTask PrefillAsync(string input, BlockContext context, CancellationToken cancellationToken) => await warm(cancellationToken);
    }

    sealed class Starts(Action began, Worker<string, string> worker) : IBlock<string, string>
    {
        public ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            began();
            return worker.InvokeAsync(input, context, cancellationToken);
        }
    }
}

using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using AgentChain.Speculation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Early.EarlyDesk;

namespace AgentChain.Extensions.AI.Tests.Early;

/// <summary>Calls that run before the model makes them. Each test is named after the fault that it prevents.</summary>
public sealed class EarlyCallTests
{
    [Fact]
    public void EarlyCall_ModelMakesIt_TakesTheResultAtOnceAndTheToolRunsOnce() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [500, Call("1", 7)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, Pure).Early(_ => [Look(7)]));

        (IReadOnlyList<ChatResponseUpdate> said, TurnReport report) = await chain.AnswerAsync(Request());

        Assert.Equal(["0 began", "300 ended"], look.Runs);
        Assert.Equal(500, model.Requests[1].At);
        Assert.Equal("tool: #1=look done", model.Requests[1].Messages.Lines()[^1]);
        Assert.Equal("found", said[^1].Text);
        SpeculationAccount account = report.Speculation;
        Assert.Equal((1, 1, 0), (account.Started, account.Committed, account.Terminated));
        Assert.Equal((300.Milliseconds(), TimeSpan.Zero), (account.Useful, account.Wasted));
        Assert.Equal(300.Milliseconds(), Assert.Single(account.Decisions).Saved);
    });

    [Fact]
    public void EarlyCall_StillRunning_IsAwaitedAndNotRunAgain() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [100, Call("1", 7)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, Pure).Early(_ => [Look(7)]));

        await chain.AnswerAsync(Request());

        Assert.Equal(["0 began", "300 ended"], look.Runs);
        Assert.Equal(300, model.Requests[1].At);
    });

    [Fact]
    public void EarlyCall_TextBeforeIt_AdvancesTheLastOutputOnly() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [100, "Let me see.", 400, Call("1", 7)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, Pure).Early(_ => [Look(7)]));

        (_, TurnReport report) = await chain.AnswerAsync(Request());

        Assert.Equal((TimeSpan.Zero, 300.Milliseconds()), (report.Speculation.Saved, report.Speculation.SavedToLast));
    });

    [Fact]
    public void EarlyResult_TwoEqualCalls_IsUsedOnce() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [500, Call("1", 7)], [Call("2", 7)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, Pure).Early(_ => [Look(7), Look(7)]));

        await chain.AnswerAsync(Request());

        Assert.Equal(["0 began", "300 ended", "500 began", "800 ended"], look.Runs);
        History.AssertWhole(model.Requests[2].Messages);
    });

    [Fact]
    public void EarlyCall_OtherArguments_IsCanceledAndCountedAsWaste() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 900);
        var model = new ScriptedModel(world, [500, Call("1", 8)], [50, "found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, Pure).Early(_ => [Look(7)]));

        (_, TurnReport report) = await chain.AnswerAsync(Request());

        Assert.Equal(["0 began", "500 began", "900 ended", "1400 ended"], look.Runs);
        Assert.Equal((1, 0, 1), (report.Speculation.Started, report.Speculation.Committed, report.Speculation.Terminated));
        Assert.Equal(900.Milliseconds(), report.Speculation.Wasted);
    });

    [Fact]
    public void EarlyCall_ModelCallsNothing_ItsTokenIsCanceledWhenTheAnswerEnds() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 900);
        var model = new ScriptedModel(world, [200, "good morning"]);
        await using var chain = world.Desk(model, a => a.Tool(look, Pure).Early(_ => [Look(7)]));

        (_, TurnReport report) = await chain.AnswerAsync(Request());

        Assert.Equal(["0 began"], look.Runs);
        Assert.Equal((0, 200.0), (look.Running, world.Elapsed.TotalMilliseconds));
        Assert.Equal((1, 200.Milliseconds()), (report.Speculation.Terminated, report.Speculation.Wasted));
    });

    [Fact]
    public void EarlyCall_Fails_IsNotShownToTheModelAndRunsAgain() => VirtualWorld.Run(async world =>
    {
        int runs = 0;
        var look = new TimedTool(world, "look", 100, _ => ++runs == 1 ? throw new InvalidOperationException("not yet") : "there");
        var model = new ScriptedModel(world, [500, Call("1", 7)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, Pure).Early(_ => [Look(7)]));

        await chain.AnswerAsync(Request());

        Assert.Equal((2, "tool: #1=there"), (runs, model.Requests[1].Messages.Lines()[^1]));
    });

    [Fact]
    public void EarlyCall_FailsAfterTheModelMadeItAndTheTurnWasInterrupted_TheHistorySaysCancelledNotFailed() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300, _ => throw new InvalidOperationException("not yet")) { IsDeaf = true };
        var model = new ScriptedModel(world, [100, Call("1", 7)], ["found"]);
        var session = new AgentSession();
        await using var chain = world.Desk(model, a => a.Tool(look, Pure).Early(_ => [Look(7)]).Grace(500.Milliseconds()));
        Turn<ChatResponseUpdate> turn = chain.Start(session.Ask("hello"));
        await world.Delay(200);

        turn.Interrupt();
        await turn.WhenQuiescentAsync();

        Assert.Equal("tool: #1=cancelled", session.Messages.Lines()[^1]);
    });

    [Theory]
    [InlineData(0.9, null, SpeculationReason.Worth)]
    [InlineData(0.2, null, SpeculationReason.NotWorth)]
    [InlineData(0.9, 0.0, SpeculationReason.OverBudget)]
    public void EarlyCall_DefaultController_IsPricedByProbabilityWorkAndBudget(double probability, double? share, SpeculationReason reason) =>
        VirtualWorld.Run(async world =>
        {
            var look = new TimedTool(world, "look", 300);
            var model = new ScriptedModel(world, [500, Call("1", 7)], ["found"], [500, Call("1", 7)], ["found"]);
            await using var chain = Chain.From<AgentRequest>("desk")
                .Stream("agent", model.Client.AsAgent(a => a.Tool(look, Pure).Early(_ => [Look(7, probability)])))
                .Build(world.Options(o => o.Speculation = new SpeculationOptions { WasteShare = share, WasteBurst = TimeSpan.Zero }));

            (_, TurnReport first) = await chain.AnswerAsync(Request());
            (_, TurnReport second) = await chain.AnswerAsync(Request());

            Assert.Equal(0, first.Speculation.Started);
            Assert.Equal(reason, Assert.Single(second.Speculation.Decisions).Decision.Reason);
            Assert.Equal(reason == SpeculationReason.Worth ? 1 : 0, second.Speculation.Started);
            Assert.Equal(300.Milliseconds(), second.Speculation.Decisions[0].Request.Work);
        });

    [Fact]
    public void EarlyCall_IdempotentToolThatPermitsIt_TakesTheResultWithTheSameIdempotencyKey() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [500, Call("1", 7)], [Call("2", 7)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, t => t.Effect(Effect.Idempotent).Early()).Early(_ => [Look(7)]));

        await chain.AnswerAsync(Request());

        Assert.Equal(["0 began", "300 ended", "500 began", "800 ended"], look.Runs);
        Assert.Single(look.Calls.Select(call => call.IdempotencyKey).Distinct());
    });

    [Fact]
    public void EarlyCall_FollowsAnEarlyCall_BothAreReadyWhenTheModelCalls() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 200, _ => 8);
        var search = new TimedTool(world, "search", 200);
        var model = new ScriptedModel(world, [400, Call("1", 7)], [100, Call("2", 8, "search")], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, Pure).Tool(search, Pure).Early(new ToolPatterns(), p => p
            .Request("look", _ => new Dictionary<string, object?> { ["n"] = 7 })
            .Follows("look", "search", moment => new Dictionary<string, object?> { ["n"] = int.Parse($"{moment.Result}") })));

        (_, TurnReport report) = await chain.AnswerAsync(Request());

        Assert.Equal(["200 began", "400 ended"], search.Runs);
        Assert.Equal((500.0, 2), (model.Requests[2].At, report.Speculation.Committed));
        Assert.Equal([0.5, 0.25], report.Speculation.Decisions.Select(one => one.Request.Probability));
    });

    [Fact]
    public void EarlyCall_SourceThrowsHangsOrLies_TheTurnGoesOn() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 100);
        var pay = new TimedTool(world, "pay", 100);
        var model = new ScriptedModel(world, [500, "hello"]);
        await using var chain = world.Desk(model, a => a.Tool(look, Pure).Tool(pay)
            .Early(_ => throw new InvalidOperationException())
            .Early(_ => null!)
            .Early((_, _) => null!)
            .Early((_, token) => Never(world, token))
            .Early(_ => [null!, Look(1, double.NaN), Look(1, 2), Look(1, 1, "none"), Look(1, 1, "pay"), new("look", new Dictionary<string, object?> { ["n"] = "x" }, 1)]));

        (IReadOnlyList<ChatResponseUpdate> said, TurnReport report) = await chain.AnswerAsync(Request());

        Assert.Equal("hello", said[^1].Text);
        Assert.Equal((0, 0, 0), (look.Runs.Count, pay.Runs.Count, report.Speculation.Started));
    });

    [Fact]
    public void AsAgent_EffectfulToolEarly_IsRefused()
    {
        using ScriptedClient client = ScriptedClient.Says("yes");
        AIFunction pay = AIFunctionFactory.Create((int n) => n, "pay");
        var patterns = new ToolPatterns();

        var declared = Assert.Throws<AgentSetupException>(() => client.AsAgent(a => a.Tool(pay, t => t.Early())));
        var named = Assert.Throws<AgentSetupException>(() => client.AsAgent(a => a.Tool(pay).Early(patterns, p => p.Request("pay", _ => null))));
        var idempotent = Assert.Throws<AgentSetupException>(() => client.AsAgent(
            a => a.Early(patterns, p => p.Request("pay", _ => null)).Tool(pay, t => t.Effect(Effect.Idempotent))));
        var unknown = Assert.Throws<AgentSetupException>(() => client.AsAgent(a => a.Early(patterns, p => p.Follows("pay", "none", _ => null))));

        Assert.Equal(["pay", "pay", "pay", "none"], new[] { declared, named, idempotent, unknown }.Select(error => error.Tool));
        client.AsAgent(a => a.Tool(pay, t => t.Effect(Effect.Idempotent).Early()).Early(patterns, p => p.Request("pay", _ => null)));
    }

    [Fact]
    public void EarlyCall_TurnInterrupted_IsCanceledAtOnce() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 900);
        var model = new ScriptedModel(world, [500, Call("1", 7)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, Pure).Early(_ => [Look(7)]));
        Turn<ChatResponseUpdate> turn = chain.Start(Request());
        await world.Delay(200);

        turn.Interrupt();
        TurnResult result = await turn.Completion;
        await turn.WhenQuiescentAsync();

        Assert.Equal((TurnOutcome.Interrupted, 0, 200.0), (result.Outcome, look.Running, world.Elapsed.TotalMilliseconds));
        Assert.Equal((1, 0, 1), (result.Report.Speculation.Started, result.Report.Speculation.Committed, result.Report.Speculation.Terminated));
    });

    [Fact]
    public void EarlyCall_HypothesisTerminated_IsCanceledAndLearnsNothing() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 900);
        var model = new ScriptedModel(world, [300, "found"]);
        var patterns = new ToolPatterns();
        await using var chain = Chain.From<string>("voice")
            .Revise("listen", new SimulatedRevisingBlock<string, AgentRequest>(text =>
            [
                new(0.Milliseconds(), Hypothesis.Tentative(Request("7"), 0.9)),
                new(400.Milliseconds(), Hypothesis.Final(Request("8"))),
            ]))
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look, Pure).Early(patterns, p => p.Request("look", request =>
                new Dictionary<string, object?> { ["n"] = int.Parse(request.Messages[^1].Text) }))), o => o.Speculate())
            .Build(world.Eager());

        await using Turn<ChatResponseUpdate> turn = chain.Start("8");
        TurnResult result = await turn.Completion;

        // 0: on the guess; its answer ends at 300. 400: on the final request; its answer ends at 700.
        Assert.Equal(["0 began", "400 began"], look.Runs);
        Assert.Equal((0, 700.0), (look.Running, world.Elapsed.TotalMilliseconds));
        Assert.Equal(600.Milliseconds(), result.Report.Speculation.Wasted - 300.Milliseconds());
        Assert.Equal(1.0 / 3, patterns.Probability(ToolPatterns.AfterRequest(""), "look"), 6);
    });

    static void Pure(ToolSetup tool) => tool.Effect(Effect.Pure);

    static async IAsyncEnumerable<EarlyCall> Never(VirtualWorld world, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(TimeSpan.FromDays(1), token);
        yield break;
    }
}

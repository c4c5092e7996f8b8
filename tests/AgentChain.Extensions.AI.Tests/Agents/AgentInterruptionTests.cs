using AgentChain.Simulation;
using AgentChain.Speculation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>Turns that end early, and runs on hypotheses. Each test is named after the fault that it prevents.</summary>
public sealed class AgentInterruptionTests
{
    [Fact]
    public void ReportHeard_TwoAgentsInARow_IsAboutTheTextOfTheSecond() => VirtualWorld.Run(async world =>
    {
        var session = new AgentSession();
        var draft = new ScriptedModel(world, ["a draft"]);
        var final = new ScriptedModel(world, ["the answer"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("draft", draft.Client.AsAgent(_ => { })).Text("draft text").Collect("collect")
            .Then("ask", texts => session.Ask(string.Concat(texts)))
            .Stream("final", final.Client.AsAgent(_ => { })).Text().Build(world.Options());
        await using Turn<string> turn = chain.Start(session.Ask("hello"));
        await turn.Output.ToListAsync();

        Assert.True(session.ReportHeard(turn.Id, "the"));
        Assert.Equal(["user: hello", "assistant: a draft", "user: a draft", "assistant: the"], session.Messages.Lines());
    });

    [Fact]
    public void Interrupt_OneCallFinishedOneOpen_ResultIsKeptAndNoCallIsIssuedAgain() => VirtualWorld.Run(async world =>
    {
        var fast = new TimedTool(world, "fast", 100);
        var slow = new TimedTool(world, "slow", 10_000);
        var model = new ScriptedModel(world, ["let me see", Call("a", "slow"), Call("b", "fast")], ["well"]);
        await using var chain = Build(world, model, slow, fast);
        var session = new AgentSession();

        await InterruptAsync(world, chain, session, 200);
        await chain.RunToListAsync(session.Ask("so?"));

        Assert.Equal(
            ["user: hello", "assistant: let me see | slow#a | fast#b", "tool: #a=cancelled | #b=fast done", "user: so?"],
            model.Requests[1].Messages.Lines());
        Assert.Equal(["0 began"], slow.Runs);
        Assert.Equal(["0 began", "100 ended"], fast.Runs);
    });

    [Fact]
    public void Interrupt_ToolIgnoresItsToken_LateResultReplacesCancelledInLaterTurns() => VirtualWorld.Run(async world =>
    {
        var deaf = new TimedTool(world, "pay", 1000) { IsDeaf = true };
        var model = new ScriptedModel(world, [Call("a", "pay")], ["well"], ["good"]);
        await using var chain = Build(world, model, deaf);
        var session = new AgentSession();

        await InterruptAsync(world, chain, session, 200);
        await chain.RunToListAsync(session.Ask("so?"));
        await world.Delay(2000);
        await chain.RunToListAsync(session.Ask("and?"));

        Assert.Contains("tool: #a=cancelled", model.Requests[1].Messages.Lines());
        Assert.Contains("tool: #a=pay done", model.Requests[2].Messages.Lines());
        Assert.Single(deaf.Calls);
    });

    [Fact]
    public void Interrupt_ModelIgnoresItsToken_LateTokensAreDropped() => VirtualWorld.Run(async world =>
    {
        var pay = new TimedTool(world, "pay", 10);
        var model = new ScriptedModel(world, ["one ", 500, "two ", Call("a", "pay")], ["well"]) { IsDeaf = true };
        await using var chain = Build(world, model, pay);
        var session = new AgentSession();

        await InterruptAsync(world, chain, session, 200);
        string[] atOnce = session.Messages.Lines();
        await world.Delay(2000);

        Assert.Equal(["user: hello", "assistant: one "], atOnce);
        Assert.Equal(atOnce, session.Messages.Lines());
        Assert.Empty(pay.Runs);
    });

    [Fact]
    public void Interrupt_BeforeAWord_LeavesNoTrace() => VirtualWorld.Run(async world =>
    {
        await using var chain = Build(world, new ScriptedModel(world, [500, "one"]));
        var session = new AgentSession();

        await InterruptAsync(world, chain, session, 200);

        Assert.Empty(session.Messages);
    });

    [Fact]
    public void ReportHeard_PartOfTheText_TheRestIsForgotten() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        var model = new ScriptedModel(world, ["let me see. ", Call("1", "look")], ["it is ready ", "on Monday."]);
        await using var chain = Build(world, model, look);
        var session = new AgentSession();
        await using Turn<ChatResponseUpdate> turn = chain.Start(session.Ask("hello"));
        await turn.Completion;

        Assert.True(session.ReportHeard(turn.Id, "let me see. it is"));
        string[] heard = session.Messages.Lines();
        Assert.True(session.ReportHeard(turn.Id, ""));

        Assert.Equal(["user: hello", "assistant: let me see.  | look#1", "tool: #1=look done", "assistant: it is"], heard);
        Assert.Equal(["user: hello", "assistant: look#1", "tool: #1=look done"], session.Messages.Lines());
        Assert.False(session.ReportHeard(new TurnId(77), ""));
    });

    [Fact]
    public void Messages_TurnStillRuns_AreThoseBeforeIt() => VirtualWorld.Run(async world =>
    {
        await using var chain = Build(world, new ScriptedModel(world, ["one ", 500, "two"]));
        var session = new AgentSession();
        await using Turn<ChatResponseUpdate> turn = chain.Start(session.Ask("hello"));
        await world.Delay(100);
        IReadOnlyList<ChatMessage> during = session.Messages;
        await turn.Completion;

        Assert.Empty(during);
        Assert.Equal(["user: hello", "assistant: one two"], session.Messages.Lines());
    });

    [Fact]
    public void Fail_ClientBreaksInMidStream_HistoryIsWholeAndTheChainGoesOn() => VirtualWorld.Run(async world =>
    {
        var slow = new TimedTool(world, "slow", 1000);
        var model = new ScriptedModel(world, ["one ", Call("a", "slow"), 10, new IOException("cut")], ["two"]);
        await using var chain = Build(world, model, slow);
        var session = new AgentSession();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync(session.Ask("hello")).AsTask());
        await chain.RunToListAsync(session.Ask("again"));

        Assert.IsType<IOException>(Assert.IsType<ChatClientException>(error.InnerException).InnerException);
        Assert.Equal(
            ["user: hello", "assistant: one  | slow#a", "tool: #a=cancelled", "user: again", "assistant: two"], session.Messages.Lines());
        Assert.Equal(["0 began"], slow.Runs);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Speculation_EffectfulCall_WaitsForTheCommitAndRunsOnce(bool isRight) => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 50);
        var pay = new TimedTool(world, "pay", 50);
        object[] calls = [Call("a", "look"), Call("b", "pay")];
        var model = new ScriptedModel(world, isRight ? [calls, ["paid"]] : [calls, calls, ["paid"]]);
        var session = new AgentSession();
        await using var chain = Guessing(world, session, isRight ? "pay it" : "pay", model.Client.AsAgent(a => a
            .Tool(look, t => t.Effect(Effect.Pure)).Tool(pay)));

        await chain.RunToListAsync("pay it");

        Assert.Equal(isRight ? ["100 began", "150 ended"] : ["100 began", "150 ended", "500 began", "550 ended"], look.Runs);
        Assert.Equal(["500 began", "550 ended"], pay.Runs);
        Assert.Equal(
            ["user: pay it", "assistant: look#a | pay#b", "tool: #a=look done | #b=pay done", "assistant: paid"], session.Messages.Lines());
    });

    [Fact]
    public void Speculation_RunEndsBeforeTheCommit_EntersTheSessionWithIt() => VirtualWorld.Run(async world =>
    {
        var session = new AgentSession();
        await using var chain = Guessing(world, session, "hello", new ScriptedModel(world, ["good day"]).Client.AsAgent(_ => { }));
        await using Turn<ChatResponseUpdate> turn = chain.Start("hello");
        await world.Delay(300);
        IReadOnlyList<ChatMessage> during = session.Messages;
        await turn.Completion;

        Assert.Empty(during);
        Assert.Equal(["user: hello", "assistant: good day"], session.Messages.Lines());
        Assert.Equal(1, (await turn.Completion).Report.Speculation.Committed);
    });

    [Fact]
    public void WarmUp_EffectfulCall_IsNotRunAndNothingIsRemembered() => VirtualWorld.Run(async world =>
    {
        var pay = new TimedTool(world, "pay", 50);
        var look = new TimedTool(world, "look", 50);
        var session = new AgentSession();
        var model = new ScriptedModel(world, ["one", Call("a", "pay"), Call("b", "look")], ["two"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(pay).Tool(look, t => t.Effect(Effect.Pure)))).Build(world.Options());

        await chain.WarmUpAsync([session.Ask("hello")]);

        Assert.Equal((0, 1), (pay.Calls.Count, look.Calls.Count));
        Assert.Empty(session.Messages);
    });

    internal static StreamChain<string, ChatResponseUpdate> Guessing(VirtualWorld world, AgentSession session, string guess, AgentBlock agent) =>
        Chain.From<string>("desk")
            .Revise("listen", new SimulatedRevisingBlock<string, AgentRequest>(text =>
            [
                new(100.Milliseconds(), Hypothesis.Tentative(session.Ask(guess), 0.9)),
                new(500.Milliseconds(), Hypothesis.Final(session.Ask(text))),
            ]))
            .Stream("agent", agent, o => o.Speculate())
            .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = new EagerController() }));

    static StreamChain<AgentRequest, ChatResponseUpdate> Build(VirtualWorld world, ScriptedModel model, params TimedTool[] tools) =>
        Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tools(tools, t => t.Effect(Effect.Pure)))).Build(world.Options());

    static async Task InterruptAsync(VirtualWorld world, StreamChain<AgentRequest, ChatResponseUpdate> chain, AgentSession session, double atMs)
    {
        await using Turn<ChatResponseUpdate> turn = chain.Start(session.Ask("hello"));
        await world.Delay(atMs);
        turn.Interrupt();
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
    }
}

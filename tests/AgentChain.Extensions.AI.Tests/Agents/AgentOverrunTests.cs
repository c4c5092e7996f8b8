using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>A model that never stops calling, or never repairs its calls: it is told, then a rule ends the answer.</summary>
public sealed class AgentOverrunTests
{
    static readonly ChatResponseUpdate Sorry = new(ChatRole.Assistant, "Sorry.");

    [Fact]
    public void Rounds_ModelStillCalls_TheBlocksFallbackFollowsWhatWasSaid() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        var model = new ScriptedModel(world, ["Let me see. ", Call("1", "look")]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look).MaxRounds(1)), o => o.OnOverrun(Overrun.Fallback(Sorry)))
            .Text().Build(world.Options());

        Assert.Equal(["Let me see. ", "Let me see. ", "Sorry."], await chain.RunToListAsync(Request()));
    });

    [Fact]
    public void Rounds_ModelStillCalls_PartialEndsTheAnswerWithWhatWasSaid() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        var model = new ScriptedModel(world, ["Let me see. ", Call("1", "look")]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look).MaxRounds(1).OnOverrun(AgentOverrun.Partial))).Build(world.Options());
        var session = new AgentSession();

        IReadOnlyList<ChatResponseUpdate> updates = await chain.RunToListAsync(session.Ask("hello"));

        Assert.Equal((ChatFinishReason.Length, ""), (updates[^1].FinishReason!.Value, updates[^1].Text));
        Assert.Equal(
            ["user: hello", "assistant: Let me see.  | look#1", "tool: #1=look done", "assistant: Let me see.  | look#1", "tool: #1=failed"],
            session.Messages.Lines());
    });

    [Fact]
    public void Rounds_ModelStillCalls_CancelEndsTheTurnAsDeadlineExceeded() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        var model = new ScriptedModel(world, [Call("1", "look")]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look).MaxRounds(1)), o => o.OnOverrun(Overrun.Cancel)).Build(world.Options());

        var error = await Assert.ThrowsAsync<TurnDeadlineExceededException>(() => chain.RunToListAsync(Request()).AsTask());

        Assert.Equal((BudgetLimit.Own, "agent"), (error.Limit, error.Block));
        Assert.IsType<AgentRoundsException>(error.InnerException);
    });

    [Fact]
    public void BadCalls_Repeated_AreEachAnsweredThenTheBlocksRuleDecides() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        var model = new ScriptedModel(world, [Call("1", "look", ("n", "one"))], [Call("2", "lok")], [Call("3", "look", ("n", "two"))]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look).MaxRepairs(2)), o => o.OnOverrun(Overrun.Fallback(Sorry)))
            .Text().Build(world.Options());
        var session = new AgentSession();

        Assert.Equal(["Sorry."], await chain.RunToListAsync(session.Ask("hello")));

        Assert.Equal(3, model.Requests.Count);
        Assert.Equal(["invalid_arguments", "unknown_tool", "invalid_arguments"], session.Messages.SelectMany(one => one.Contents)
            .OfType<FunctionResultContent>().Select(one => ((System.Text.Json.JsonElement)one.Result!).GetProperty("error").GetString()));
        History.AssertWhole(session.Messages);
    });

    [Fact]
    public void BadCalls_GoodRoundBetween_CountFromZero() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        FunctionCallContent bad = Call("1", "look", ("n", "one"));
        FunctionCallContent good = Call("1", "look", ("n", 1));
        var model = new ScriptedModel(world, [bad], [bad], [good], [bad], [bad], ["found"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look).MaxRepairs(2))).Text().Build(world.Options());

        Assert.Equal(["found"], await chain.RunToListAsync(Request()));
    });

    [Fact]
    public void BadCalls_NoRule_FailTheTurnWithATypedError() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [Call("1", "none")]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(_ => { })).Build(world.Options());

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync(Request()).AsTask());

        Assert.Equal((3, 4), (Assert.IsType<AgentBadCallsException>(error.InnerException).MaxRepairs, model.Requests.Count));
    });

    [Fact]
    public void Setup_BadValues_AreRefused()
    {
        using ScriptedClient client = ScriptedClient.Says("yes");
        Assert.Throws<ArgumentOutOfRangeException>("rounds", () => client.AsAgent(a => a.MaxRepairs(-1)));
        Assert.Throws<ArgumentOutOfRangeException>("action", () => client.AsAgent(a => a.OnOverrun((AgentOverrun)9)));
    }

    static AgentRequest Request() => new([new ChatMessage(ChatRole.User, "hello")]);
}

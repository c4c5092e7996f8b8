using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;

namespace AgentChain.Extensions.AI.Tests.Orchestration;

public sealed class AgentToolTests
{
    [Fact]
    public void AsTool_OuterCalls_GetsTheTextAfterTheLastTool() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 100);
        var inner = new ScriptedModel(world, [50, "let me see ", Call("i", "look")], [50, "it is blue"]);
        var outer = new ScriptedModel(world, [Call("o", "expert", ("request", "which color?"))], ["blue, they say"]);
        await using var chain = Chain.From<AgentRequest>("line")
            .Stream("desk", outer.Client.AsAgent(a => a.Tool(inner.Client.AsAgent(e => e.Tool(look)).AsTool("expert", "Knows colors."))))
            .Build(world.Options());
        await using Turn<ChatResponseUpdate> turn = chain.Start(new AgentSession("s").Ask("color?"));

        List<ChatResponseUpdate> said = await turn.Output.ToListAsync();

        Assert.Equal(["user: which color?"], inner.Requests[0].Messages.Lines());
        Assert.Equal("tool: #o=it is blue", outer.Requests[1].Messages.Lines()[^1]);
        Assert.Equal("blue, they say", said.Where(update => update.Role != ChatRole.Tool).Text());
        TurnReport report = (await turn.Completion).Report;
        Assert.Equal(200, Math.Round(report.Elapsed.TotalMilliseconds));
        Assert.Equal(report.Elapsed, report.Parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration));
    });

    [Fact]
    public void AsTool_OuterTurnIsInterrupted_TheInnerAgentAndItsToolAreCanceled() => VirtualWorld.Run(async world =>
    {
        double? ended = null;
        using var inner = new ScriptedClient((_, _, token) => ScriptedClient.Watched(
            WaitAsync(world, token), () => ended = world.Elapsed.TotalMilliseconds, token));
        var outer = new ScriptedModel(world, [Call("o", "expert", ("request", "x"))]);
        await using var chain = Chain.From<AgentRequest>("line")
            .Stream("desk", outer.Client.AsAgent(a => a.Tool(inner.AsAgent(_ => { }).AsTool("expert", "")))).Build(world.Options());
        Turn<ChatResponseUpdate> turn = chain.Start(new AgentSession("s").Ask("x"));
        await world.Delay(300);

        await turn.DisposeAsync();
        await turn.WhenQuiescentAsync();

        Assert.Equal(300, ended);
    });

    [Fact]
    public void AsTool_InnerEffectOnAHypothesis_WaitsForTheCommit() => VirtualWorld.Run(async world =>
    {
        var pay = new TimedTool(world, "pay", 10);
        var inner = new ScriptedModel(world, [20, Call("p", "pay")], ["paid"]);
        var outer = new ScriptedModel(world, [Call("o", "cashier", ("request", "pay"))], ["done"]);
        var session = new AgentSession("s");
        await using var chain = Chain.From<string>("line")
            .Revise("hear", (string _, CancellationToken token) => HearAsync(world, session, token))
            .Stream(
                "desk", outer.Client.AsAgent(a => a.Tool(
                    inner.Client.AsAgent(c => c.Tool(pay)).AsTool("cashier", ""), t => t.Effect(Effect.Pure))), o => o.Speculate())
            .Text().Build(HandoffBlockTests.Eager(world));

        Assert.Equal(["done"], await chain.RunToListAsync("x"));

        Assert.Equal(0, inner.Requests[0].At);
        Assert.Equal(["200 began", "210 ended"], pay.Runs);
        Assert.Single(inner.Requests[0].Messages);
    });

    [Fact]
    public void AsTool_InnerAgentFails_IsAnAnswerOfTheOuter() => VirtualWorld.Run(async world =>
    {
        var inner = new ScriptedModel(world, [new IOException("no line")]);
        var outer = new ScriptedModel(world, [Call("o", "expert", ("request", "x"))], ["sorry"]);
        await using var chain = Chain.From<AgentRequest>("line")
            .Stream("desk", outer.Client.AsAgent(a => a.Tool(inner.Client.AsAgent(_ => { }).AsTool("expert", "")))).Text().Build(world.Options());

        Assert.Equal(["sorry"], await chain.RunToListAsync(new AgentSession("s").Ask("x")));

        Assert.Equal("tool: #o=failed", outer.Requests[1].Messages.Lines()[^1]);
    });

    [Fact]
    public async Task AsTool_OutsideAnAgent_RunsInATurnOfItsOwn()
    {
        using ScriptedClient client = ScriptedClient.Says("it is blue");
        AIFunction tool = client.AsAgent(_ => { }).AsTool("expert", "Knows colors.");

        object? answer = await tool.InvokeAsync(new() { ["request"] = "which?" }).AsTask().WaitAsync(Ask.Patience);

        Assert.Equal("it is blue ", answer?.ToString());
    }

    static async IAsyncEnumerable<ChatResponseUpdate> WaitAsync(
        VirtualWorld world, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(10_000, token);
        yield return new(ChatRole.Assistant, "late");
    }

    static async IAsyncEnumerable<Hypothesis<AgentRequest>> HearAsync(
        VirtualWorld world, AgentSession session, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        yield return Hypothesis.Tentative(session.Ask("pay"), 0.9);
        await world.Delay(200, token);
        yield return Hypothesis.Final(session.Ask("pay"));
    }
}

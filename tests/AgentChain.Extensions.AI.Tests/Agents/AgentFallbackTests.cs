using AgentChain.Extensions.AI.Tests.Tools;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>An agent with a second model: each round is answered by the first that begins in time, and the tools run once.</summary>
public sealed class AgentFallbackTests
{
    [Fact]
    public void FallbackTo_FirstIsLateInTheSecondRound_TheSecondAnswersWithTheResultsOfTheFirst() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        var first = new ScriptedModel(world, [Call("a", "look")], [5000, "never heard"]);
        var second = new ScriptedModel(world, ["done"]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", first.Client.AsAgent(agent => agent
            .Instructions("Help.").Tool(look).FallbackTo(second.Client, 100.Milliseconds(), new ChatOptions { ModelId = "other" }))).Text().Build(world.Options());
        var session = new AgentSession();

        Assert.Equal(["done"], await chain.RunToListAsync(session.Ask("hello")));

        Assert.Equal(["system: Help.", "user: hello", "assistant: look#a", "tool: #a=look done"], second.Requests[0].Messages.Lines());
        Assert.Equal(("other", "look"), (second.Requests[0].Options!.ModelId, Assert.Single(second.Requests[0].Options!.Tools!).Name));
        Assert.Equal((110.0, 2), (world.Elapsed.TotalMilliseconds, look.Runs.Count));
        Assert.Equal(["user: hello", "assistant: look#a", "tool: #a=look done", "assistant: done"], session.Messages.Lines());
    });

    [Fact]
    public void FallbackTo_SwitchWhoseClientFails_TheSecondAnswers() => VirtualWorld.Run(async world =>
    {
        var first = new ScriptedModel(world, [new HttpRequestException("503")]);
        var second = new ScriptedModel(world, ["done"]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", new ChatClientSwitch(first.Client).AsAgent(agent => agent
            .FallbackTo(second.Client, Timeout.InfiniteTimeSpan))).Text().Build(world.Options());

        Assert.Equal(["done"], await chain.RunToListAsync(OneCall.Request()));
        Assert.Single(first.Requests);
    });

    [Fact]
    public void FallbackTo_AllFail_TheErrorNamesEach() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [new HttpRequestException("503")]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(agent => agent.FallbackTo(model.Client, 1.Seconds()))).Build(world.Options());

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync(OneCall.Request()).AsTask());

        Assert.Contains("None of the 2 chat clients answered", Assert.IsType<ChatClientException>(error.InnerException).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void FallbackTo_BadArguments_AreRefused()
    {
        using ScriptedClient client = ScriptedClient.Says("yes");
        Assert.Throws<ArgumentNullException>("next", () => client.AsAgent(agent => agent.FallbackTo(null!, 1.Seconds())));
        Assert.Throws<ArgumentOutOfRangeException>("firstOutput", () => client.AsAgent(agent => agent.FallbackTo(client, TimeSpan.Zero)));
        Assert.Throws<AgentSetupException>(() => client.AsAgent(agent => agent.FallbackTo(
            client, 1.Seconds(), new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] })));
    }
}

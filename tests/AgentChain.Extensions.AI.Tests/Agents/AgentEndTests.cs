using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>What a run leaves when it ends, and what a model is not told.</summary>
public sealed class AgentEndTests
{
    [Fact]
    public void Model_FailsWhileAToolRuns_ToolIsCanceledAtOnce() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [Call("1", "look"), 50, new InvalidOperationException("gone")]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(a => a.Tool(look))).Build(world.Options());

        await using Turn<ChatResponseUpdate> turn = chain.Start(Request());
        await Assert.ThrowsAsync<BlockFailedException>(async () => await turn.Output.ToListAsync());
        TurnResult result = await turn.Completion;

        Assert.Equal((TurnOutcome.Failed, 50.0), (result.Outcome, world.Elapsed.TotalMilliseconds));
        Assert.Equal((0, "0 began"), (look.Running, Assert.Single(look.Runs)));
    });

    [Fact]
    public void Usage_OfARound_IsNotSentBackToTheModel() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        var usage = new UsageContent(new UsageDetails { InputTokenCount = 7 });
        var model = new ScriptedModel(world, ["let me see", usage, Call("1", "look")], ["found"]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(a => a.Tool(look))).Build(world.Options());

        IReadOnlyList<ChatResponseUpdate> updates = await chain.RunToListAsync(Request());

        Assert.Contains(updates, update => update.Contents.OfType<UsageContent>().Any());
        Assert.DoesNotContain(model.Requests[1].Messages.SelectMany(message => message.Contents), content => content is UsageContent);
    });

    static AgentRequest Request() => new([new ChatMessage(ChatRole.User, "help")]);
}

using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Tools;

/// <summary>A turn in which the model makes one call.</summary>
static class OneCall
{
    public static AgentRequest Request() => new([new ChatMessage(ChatRole.User, "hello")]);

    /// <summary>Runs a turn with one call, and returns the answer as the model got it.</summary>
    public static async Task<string> AnswerAsync(
        VirtualWorld world, AIFunction tool, FunctionCallContent call, string status, Action<ToolSetup>? setup = null, Action<AgentSetup>? more = null)
    {
        var model = new ScriptedModel(world, [call], ["done"]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(a =>
        {
            a.Tool(tool, setup);
            more?.Invoke(a);
        })).Text().Build(world.Options());

        Assert.Equal(["done"], await chain.RunToListAsync(Request()));
        History.AssertWhole(model.Requests[1].Messages);
        FunctionResultContent answer = Assert.IsType<FunctionResultContent>(Assert.Single(model.Requests[1].Messages[^1].Contents));
        Assert.Equal(status, History.Status(answer));
        return $"{answer.Result}";
    }
}

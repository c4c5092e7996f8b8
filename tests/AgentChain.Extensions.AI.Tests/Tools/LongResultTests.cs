using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;

namespace AgentChain.Extensions.AI.Tests.Tools;

/// <summary>A result that is too long for the model is cut.</summary>
public sealed class LongResultTests
{
    [Theory]
    [InlineData("abcd\ud83d\ude00xyz", "abcd")]
    [InlineData("abc\ud83d\ude00xyz", "abc\ud83d\ude00")]
    [InlineData("\ud83d\ude00\ud83d\ude00\ud83d\ude00", "\ud83d\ude00\ud83d\ude00")]
    public void Result_TooLong_IsCutBetweenCharacters(string result, string beginning) => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 1, _ => result);
        var model = new ScriptedModel(world, [Call("1", "look")], ["found"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look).MaxResult(5)))
            .Build(world.Options());

        await chain.RunToListAsync(new AgentRequest([new ChatMessage(ChatRole.User, "help")]));

        FunctionResultContent told = Assert.Single(model.Requests[1].Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>());
        System.Text.Json.JsonElement json = Assert.IsType<System.Text.Json.JsonElement>(told.Result);
        Assert.Equal("completed", json.GetProperty("status").GetString());
        Assert.Equal(beginning, json.GetProperty("beginning").GetString());
        Assert.Contains($"has {result.Length} characters", json.GetProperty("message").GetString(), StringComparison.Ordinal);
    });
}

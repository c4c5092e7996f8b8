using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using static AgentChain.Extensions.AI.Tests.Early.EarlyDesk;

namespace AgentChain.Extensions.AI.Tests.Early;

/// <summary>What a table of patterns learns from a turn.</summary>
public sealed class EarlyLearningTests
{
    [Fact]
    public void Pattern_ModelMadeTheCallBefore_TeachesNothing() => VirtualWorld.Run(async world =>
    {
        var patterns = new ToolPatterns();
        TimedTool look = new(world, "look", 10), search = new(world, "search", 10);
        var model = new ScriptedModel(world, [Call("1", 7)], [Call("2", 8, "search")], ["found"]);
        await using var chain = world.Desk(model, a => a
            .Tool(look, t => t.Effect(Effect.Pure))
            .Tool(search, t => t.Effect(Effect.Pure))
            .Early(patterns, p => p.Follows("search", "look", _ => new Dictionary<string, object?> { ["n"] = 7 })));

        await chain.AnswerAsync(Request());

        Assert.Equal(0.5, patterns.Probability(ToolPatterns.AfterTool("search"), "look"));
        Assert.Single(look.Calls);
    });
}

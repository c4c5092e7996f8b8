using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>An effect is dropped by its receiver if its key was used before, so no other turn may have the same key.</summary>
public sealed class IdempotencyKeyTests
{
    [Fact]
    public void Key_SessionRestoredInANewProcess_DiffersFromTheKeyOfTheTurnBefore() => VirtualWorld.Run(async world =>
    {
        // The first turn of each chain is number 1, as after a restart.
        var pay = new TimedTool(world, "pay");
        await PayAsync(world, pay, new AgentSession("customer 17"));
        await PayAsync(world, pay, new AgentSession("customer 17"));

        AssertDistinct(pay);
    });

    [Fact]
    public void Key_OneSessionInTwoChainsOfOneAgent_DiffersForEachTurn() => VirtualWorld.Run(async world =>
    {
        var pay = new TimedTool(world, "pay");
        var session = new AgentSession();
        var model = new ScriptedModel(world, [Call("1", "pay")], ["paid"], [Call("1", "pay")], ["paid"]);
        AgentBlock agent = model.Client.AsAgent(a => a.Tool(pay));
        foreach (string name in (string[])["before", "after"])
        {
            await using var chain = Chain.From<AgentRequest>(name).Stream("agent", agent).Build(world.Options());
            await chain.RunToListAsync(session.Ask("pay"));
        }

        AssertDistinct(pay);
    });

    static void AssertDistinct(TimedTool tool)
    {
        Assert.Equal(2, tool.Calls.Count);
        Assert.Equal(2, tool.Calls.Select(call => call.IdempotencyKey).Distinct().Count());
    }

    static async Task PayAsync(VirtualWorld world, TimedTool pay, AgentSession session)
    {
        var model = new ScriptedModel(world, [Call("1", "pay")], ["paid"]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(a => a.Tool(pay))).Build(world.Options());
        await chain.RunToListAsync(session.Ask("pay"));
    }
}

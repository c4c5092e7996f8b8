using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using AgentChain.Speculation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Early;

/// <summary>Chains of one agent whose early calls start on every proposal.</summary>
static class EarlyDesk
{
    public static AgentRequest Request(string text = "hello") => new([new ChatMessage(ChatRole.User, text)]);

    public static EarlyCall Look(int n, double probability = 0.9, string tool = "look") =>
        new(tool, new Dictionary<string, object?> { ["n"] = n }, probability);

    public static FunctionCallContent Call(string id, int n, string tool = "look") => ScriptedModel.Call(id, tool, ("n", n));

    public static ChainOptions Eager(this VirtualWorld world) =>
        world.Options(o => o.Speculation = new SpeculationOptions { Controller = new EagerController() });

    public static StreamChain<AgentRequest, ChatResponseUpdate> Desk(
        this VirtualWorld world, ScriptedModel model, Action<AgentSetup> setup, Action<StreamSetup<AgentRequest, ChatResponseUpdate>>? options = null) =>
        Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(setup), options ?? (_ => { })).Build(world.Eager());

    /// <summary>Runs a turn and returns its items and its report.</summary>
    public static async Task<(IReadOnlyList<ChatResponseUpdate> Said, TurnReport Report)> AnswerAsync(
        this StreamChain<AgentRequest, ChatResponseUpdate> chain, AgentRequest request)
    {
        await using Turn<ChatResponseUpdate> turn = chain.Start(request);
        List<ChatResponseUpdate> said = [];
        await foreach (ChatResponseUpdate update in turn.Output)
        {
            said.Add(update);
        }

        return (said, (await turn.Completion).Report);
    }
}

using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>An agent of a hand-off, as declared.</summary>
sealed record HandoffAgent(string Name, string Description, IChatClient Client, Action<AgentSetup>? Setup, bool WithHistory)
{
    public string ToolName => $"transfer_to_{Name}";

    /// <summary>Makes the block of the agent, with a transfer tool for each agent that it can hand over to.</summary>
    public AgentBlock Build(IEnumerable<HandoffAgent> targets) => Client.AsAgent(agent =>
    {
        Setup?.Invoke(agent);
        foreach (HandoffAgent target in targets)
        {
            // Idempotent: it waits for the commit, because a guess must not move a conversation, and moving it again changes nothing.
            agent.Tool(
                AIFunctionFactory.Create(
                    () => $"The conversation is handed over to {target.Name}.", target.ToolName,
                    $"Hands the conversation over. {target.Name}: {target.Description}"),
                tool => tool.Effect(Effect.Idempotent));
        }
    });
}

using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>An agent of a hand-off, as declared.</summary>
sealed record HandoffAgent(string Name, string Description, IChatClient Client, Action<AgentSetup>? Setup, bool WithHistory)
{
    public string ToolName => $"transfer_to_{Name}";

    /// <summary>Makes the block of the agent, with a transfer tool for each agent that it can hand over to.</summary>
    public (AgentBlock Block, AgentBlock Last) Build(IEnumerable<HandoffAgent> targets)
    {
        // Both have the same tools, so that the limits of a tool hold for both.
        var agent = new AgentSetup();
        Setup?.Invoke(agent);
        var last = new AgentBlock(Client, agent);
        foreach (HandoffAgent target in targets)
        {
            // Idempotent: it waits for the commit, because a guess must not move a conversation, and moving it again changes nothing.
            agent.Tool(
                AIFunctionFactory.Create(
                    () => $"The conversation is handed over to {target.Name}.", target.ToolName,
                    $"Hands the conversation over. {target.Name}: {target.Description}"),
                tool => tool.Effect(Effect.Idempotent));
        }

        return (new AgentBlock(Client, agent), last);
    }
}

using AgentChain;
using AgentChain.Extensions.AI;
using Microsoft.Extensions.AI;

namespace VoiceAgent.Agents;

/// <summary>
/// The two agents that answer, as one block: billing begins, and each hands the call to the other if the question is not its own. Names,
/// tools and instructions are those that <c>models/language-model/PROMPT.md</c> specifies.
/// </summary>
static class Desk
{
    const int MaxRounds = 3;
    const int MaxHandoffs = 2;

    static readonly TimeSpan ToolBudget = 5.Seconds();

    /// <summary>Makes the block.</summary>
    /// <param name="client">The language model: our own, or that of a server.</param>
    /// <param name="options">The options of its requests, or <see langword="null"/> for none.</param>
    /// <param name="tools">The tools.</param>
    /// <param name="guess">Proposes calls before the model makes them, or is null to run tools only when they are called.</param>
    public static HandoffBlock Open(IChatClient client, ChatOptions? options, DeskTools tools, EarlyGuess? guess) => HandoffBlock.Of(team =>
        team
            .Agent(
                "billing", "balances, payments, prices and plans, and changes of the plan", client,
                agent => Common(agent, options, "billing", guess)
                    .Tool(tools.LookUpAccount, Read)
                    .Tool(tools.ChangePlan, tool => tool.Effect(Effect.Effectful).Budget(ToolBudget)))
            .Agent(
                "support", "help articles, orders, visits of technicians, stores", client,
                agent => Common(agent, options, "support", guess)
                    .Tool(tools.SearchArticles, Read)
                    .Tool(tools.LookUpAccount, Read))
            .MaxHandoffs(MaxHandoffs));

    static AgentSetup Common(AgentSetup agent, ChatOptions? options, string name, EarlyGuess? guess)
    {
        agent.Instructions($"agent: {name}").MaxRounds(MaxRounds);
        if (options is not null)
        {
            agent.Options(options);
        }

        return guess is null ? agent : agent.Early(guess.Propose);
    }

    static void Read(ToolSetup tool) => tool.Effect(Effect.Pure).Budget(ToolBudget);
}

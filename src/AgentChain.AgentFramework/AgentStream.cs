using System.Runtime.CompilerServices;
using Microsoft.Agents.AI;
using Microsoft.Agents.AI.Workflows;
using Microsoft.Extensions.AI;

namespace AgentChain.AgentFramework;

/// <summary>Runs an agent and checks what it returns.</summary>
/// <param name="agent">The agent.</param>
/// <param name="options">The options of every run, which are copied for each.</param>
/// <param name="isWorkflow">Whether the agent is a workflow, whose failures come as events instead of exceptions.</param>
sealed class AgentStream(AIAgent agent, AgentRunOptions? options, bool isWorkflow)
{
    readonly AgentRunOptions? _options = options?.Clone();

    public AIAgent Agent => agent;

    public string Name { get; } = agent.Name ?? agent.GetType().Name;

    public async IAsyncEnumerable<ChatResponseUpdate> RunAsync(
        IReadOnlyList<ChatMessage> messages, AgentSession? session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // No ConfigureAwait: the turn must resume on its chain's scheduler.
        await using IAsyncEnumerator<AgentResponseUpdate> updates = Open(messages, session, cancellationToken);
        while (await updates.MoveNextAsync())
        {
            // An agent that ignores its token may still write: nothing that it says after the cancel is the turn's.
            cancellationToken.ThrowIfCancellationRequested();
            AgentResponseUpdate update = updates.Current ?? throw Broke("returned null as an update");
            if (isWorkflow)
            {
                ThrowIfFailed(update);
            }

            yield return update.AsChatResponseUpdate();
        }

        // Some agents end their stream quietly when they are canceled. That is not the end of an answer.
        cancellationToken.ThrowIfCancellationRequested();
    }

    public AgentFrameworkException Broke(string did) => new(
        Name, $"The agent '{Name}' {did}, which no agent may do. Report it to the agent's authors, or use another agent.");

    IAsyncEnumerator<AgentResponseUpdate> Open(
        IReadOnlyList<ChatMessage> messages, AgentSession? session, CancellationToken cancellationToken)
    {
        IAsyncEnumerable<AgentResponseUpdate>? updates = agent.RunStreamingAsync(messages, session, _options?.Clone(), cancellationToken);
        return (updates ?? throw Broke("returned null from RunStreamingAsync")).GetAsyncEnumerator(cancellationToken)
            ?? throw Broke("returned updates whose GetAsyncEnumerator returned null");
    }

    /// <summary>A workflow tells a failure as an event in an update, after which it would end as if nothing had happened.</summary>
    void ThrowIfFailed(AgentResponseUpdate update)
    {
        switch (update.RawRepresentation)
        {
            case ExecutorFailedEvent failed:
                throw WorkflowFailures.Failed(Name, failed.ExecutorId, failed.Data);
            case WorkflowErrorEvent error:
                throw WorkflowFailures.Failed(Name, null, error.Exception);
        }
    }
}

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

    public string Name { get; } = NameOf(agent);

    public async IAsyncEnumerable<ChatResponseUpdate> RunAsync(
        IReadOnlyList<ChatMessage> messages, AgentSession? session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // No ConfigureAwait: the turn must resume on its chain's scheduler.
        IAsyncEnumerator<AgentResponseUpdate> updates = Open(messages, session, cancellationToken);
        bool isOver = false;
        try
        {
            while (true)
            {
                AgentResponseUpdate update;
                try
                {
                    isOver = !await updates.MoveNextAsync();

                    // An agent that ignores its token may still write: nothing that it says after the cancel is the turn's. Others end
                    // their stream quietly then, which is not the end of an answer.
                    cancellationToken.ThrowIfCancellationRequested();
                    if (isOver)
                    {
                        break;
                    }

                    update = updates.Current ?? throw Broke("returned null as an update");
                }
                catch (Exception error) when (!IsEnd(error, cancellationToken))
                {
                    throw Failed(error);
                }

                if (isWorkflow)
                {
                    ThrowIfFailed(update);
                }

                yield return update.AsChatResponseUpdate();
            }
        }
        finally
        {
            await CloseAsync(updates, isOver && !cancellationToken.IsCancellationRequested);
        }
    }

    /// <summary>Creates a session of the agent.</summary>
    public async ValueTask<AgentSession> CreateSessionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await agent.CreateSessionAsync(cancellationToken) ?? throw Broke("returned null from CreateSessionAsync");
        }
        catch (Exception error) when (!IsEnd(error, cancellationToken))
        {
            throw Failed(error);
        }
    }

    /// <summary>The name of an agent in errors; one that does not tell it goes by its type.</summary>
    static string NameOf(AIAgent agent)
    {
        try
        {
            return agent.Name ?? agent.GetType().Name;
        }
        catch (Exception)
        {
            return agent.GetType().Name;
        }
    }

    static bool IsEnd(Exception error, CancellationToken cancellationToken) =>
        error is AgentFrameworkException || (error is OperationCanceledException && cancellationToken.IsCancellationRequested);

    AgentFrameworkException Broke(string did) => new(
        Name, $"The agent '{Name}' {did}, which no agent may do. Report it to the agent's authors, or use another agent.");

    AgentFrameworkException Failed(Exception error) => new(
        Name,
        error is ObjectDisposedException disposed
            ? $"The agent '{Name}', or '{disposed.ObjectName}' inside it, was disposed in use. Dispose an agent after its chain."
            : $"The agent '{Name}' failed with {error.GetType().Name}; see the inner exception. Middleware of the agent, or a resilience "
                + "pipeline around the block, can repeat it.",
        error);

    async ValueTask CloseAsync(IAsyncEnumerator<AgentResponseUpdate> updates, bool isComplete)
    {
        try
        {
            await updates.DisposeAsync();
        }
        catch (Exception error)
        {
            // An answer that was left, or that failed, has its outcome already.
            if (isComplete)
            {
                throw Failed(error);
            }
        }
    }

    IAsyncEnumerator<AgentResponseUpdate> Open(
        IReadOnlyList<ChatMessage> messages, AgentSession? session, CancellationToken cancellationToken)
    {
        try
        {
            IAsyncEnumerable<AgentResponseUpdate>? updates =
                agent.RunStreamingAsync(messages, session, _options?.Clone(), cancellationToken);
            return (updates ?? throw Broke("returned null from RunStreamingAsync")).GetAsyncEnumerator(cancellationToken)
                ?? throw Broke("returned updates whose GetAsyncEnumerator returned null");
        }
        catch (Exception error) when (!IsEnd(error, cancellationToken))
        {
            throw Failed(error);
        }
    }

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

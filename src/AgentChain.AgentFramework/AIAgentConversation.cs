using Microsoft.Agents.AI;

namespace AgentChain.AgentFramework;

/// <summary>
/// A conversation with an agent that keeps its history in a session. The session is created by the first turn, or given. Thread-safe.
/// </summary>
/// <remarks>
/// A conversation belongs to one agent. Hold it as long as the user talks, and put it into each <see cref="AIAgentRequest"/>. To store it,
/// serialize <see cref="Session"/> with the agent between two turns.
/// </remarks>
public sealed class AIAgentConversation
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    SessionTurn? _latest;
    volatile AgentSession? _session;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="session">A session of the agent, or <see langword="null"/> to let the first turn create one.</param>
    public AIAgentConversation(AgentSession? session = null) => _session = session;

    /// <summary>Gets the agent's session.</summary>
    /// <value><see langword="null"/> before the first turn has created it.</value>
    public AgentSession? Session => _session;

    /// <summary>Waits until no other run uses the session.</summary>
    internal async ValueTask<SessionTurn> EnterAsync(AgentStream agent, TimeProvider time, CancellationToken cancellationToken)
    {
        var turn = new SessionTurn(cancellationToken);
        SessionTurn? before;
        lock (_lock)
        {
            (before, _latest) = (_latest, turn);
        }

        if (before is null)
        {
            return turn;
        }

        try
        {
            // A run that works is awaited as long as this turn has time; one that was canceled should be gone soon.
            await Task.WhenAny(before.Done, before.Canceled).WaitAsync(cancellationToken);
            await before.Done.WaitAsync(Patience, time, cancellationToken);
            return turn;
        }
        catch (Exception error)
        {
            _ = turn.LeaveAfterAsync(before.Done);
            if (error is not TimeoutException)
            {
                throw;
            }

            throw new AgentFrameworkException(
                agent.Name,
                $"The agent '{agent.Name}' ignored the cancellation of an earlier turn and still uses the session. Continue with a new "
                + "AIAgentConversation, or use an agent that observes its token.");
        }
    }

    internal async ValueTask<AgentSession> SessionOfAsync(AgentStream agent, CancellationToken cancellationToken) =>
        _session ??= await agent.CreateSessionAsync(cancellationToken);
}

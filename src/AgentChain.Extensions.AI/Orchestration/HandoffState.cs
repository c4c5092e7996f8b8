namespace AgentChain.Extensions.AI;

/// <summary>Which agent has a conversation, and the sessions of the agents without its history. Thread-safe.</summary>
sealed class HandoffState(AgentSession session)
{
    readonly Lock _lock = new();
    readonly Dictionary<int, AgentSession> _own = [];
    int _current;

    public int Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }

    /// <summary>Returns the session that an agent runs in.</summary>
    public AgentSession SessionOf(int index, HandoffAgent agent)
    {
        if (agent.WithHistory)
        {
            return session;
        }

        lock (_lock)
        {
            return _own.TryGetValue(index, out AgentSession? own) ? own : _own[index] = new AgentSession(session, agent.Name);
        }
    }
}

namespace AgentChain.Extensions.AI;

/// <summary>Specifies what an agent does that exceeds a limit of its own: its rounds, or its repairs.</summary>
public enum AgentOverrun
{
    /// <summary>
    /// The agent throws, and the overrun rule of its block decides: the turn fails, ends as DeadlineExceeded, or goes on with a fallback,
    /// which follows what the agent has said. This is the default.
    /// </summary>
    BlockRule,

    /// <summary>
    /// The answer ends with what the agent has said. Its last update is empty and has the finish reason <c>length</c>.
    /// </summary>
    Partial,
}

namespace AgentChain.Extensions.AI;

/// <summary>
/// The exception for a model that still called tools after the last of its rounds, although it was told to answer without them. The
/// block's overrun rule decides what follows.
/// </summary>
public sealed class AgentRoundsException : BlockOverrunException
{
    internal AgentRoundsException(string agent, int maxRounds)
        : base($"The agent '{agent}' still called tools after {maxRounds} rounds, although it was told to answer without them. Raise MaxRounds, give the model tools that answer its question, or give the block a fallback with OnOverrun.") =>
        (Agent, MaxRounds) = (agent, maxRounds);

    /// <summary>Gets the name of the agent's client.</summary>
    public string Agent { get; }

    /// <summary>Gets the number of rounds that the agent may call tools in.</summary>
    public int MaxRounds { get; }
}

namespace AgentChain.Extensions.AI;

/// <summary>
/// The exception for a model that still called tools after the last of its rounds, although it was told to answer without them.
/// </summary>
public sealed class AgentRoundsException : Exception
{
    internal AgentRoundsException(string agent, int maxRounds)
        : base($"The agent '{agent}' still called tools after {maxRounds} rounds, although it was told to answer without them. Raise MaxRounds, or give the model tools that answer its question.") =>
        (Agent, MaxRounds) = (agent, maxRounds);

    /// <summary>Gets the name of the agent's client.</summary>
    public string Agent { get; }

    /// <summary>Gets the number of rounds that the agent may call tools in.</summary>
    public int MaxRounds { get; }
}

namespace AgentChain.Extensions.AI;

/// <summary>
/// The exception for a model that made calls that cannot be run, in one round after another: of tools that do not exist, or with arguments
/// that do not fit. Each was answered with what is wrong. The block's overrun rule decides what follows.
/// </summary>
public sealed class AgentBadCallsException : BlockOverrunException
{
    internal AgentBadCallsException(string agent, int maxRepairs)
        : base($"The agent '{agent}' made calls that cannot be run in {maxRepairs + 1} rounds in a row, although it was told what is wrong. Raise MaxRepairs, simplify the schemas of its tools, or give the block a fallback with OnOverrun.") =>
        (Agent, MaxRepairs) = (agent, maxRepairs);

    /// <summary>Gets the name of the agent's client.</summary>
    public string Agent { get; }

    /// <summary>Gets the number of rounds that the model had to repair its calls.</summary>
    public int MaxRepairs { get; }
}

namespace AgentChain.AgentFramework;

/// <summary>
/// The exception for an agent or a workflow that breaks its own contract, that failed, or whose session is in use. Messages never contain
/// user text. It is the inner exception of the turn's <see cref="BlockFailedException"/>.
/// </summary>
public sealed class AgentFrameworkException : Exception
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="source">The name of the agent, or of the workflow or its executor.</param>
    /// <param name="message">What it did, and the way out.</param>
    /// <param name="innerException">The exception that it threw, or <see langword="null"/>.</param>
    public AgentFrameworkException(string source, string message, Exception? innerException = null)
        : base(message, innerException) => Name = source;

    /// <summary>Gets the name of the agent, or of the workflow or its executor.</summary>
    public string Name { get; }
}

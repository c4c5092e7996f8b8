namespace AgentChain.Extensions.AI;

/// <summary>The exception for an agent that cannot be made: two tools of one name, or a tool whose schema cannot be read.</summary>
public sealed class AgentSetupException : Exception
{
    internal AgentSetupException(string tool, string message, Exception? inner = null)
        : base(message, inner) => Tool = tool;

    /// <summary>Gets the name of the tool at fault, or its type if it has no name.</summary>
    public string Tool { get; }
}

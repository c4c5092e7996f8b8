namespace AgentChain.Testing;

/// <summary>The exception that is thrown when a contract is broken.</summary>
public sealed class ContractException : Exception
{
    internal ContractException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

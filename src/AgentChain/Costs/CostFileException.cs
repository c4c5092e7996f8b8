namespace AgentChain.Costs;

/// <summary>Represents a file of learned costs that cannot be read: it is damaged, or it belongs to another chain.</summary>
public sealed class CostFileException : Exception
{
    internal CostFileException(string source, string reason, Exception? inner = null)
        : base($"The learned costs of {source} cannot be used: {reason} Remove them to learn anew.", inner) => File = source;

    /// <summary>Gets the path of the file, or <c>a stream</c>.</summary>
    public string File { get; }
}

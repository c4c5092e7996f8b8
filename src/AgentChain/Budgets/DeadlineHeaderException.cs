namespace AgentChain;

/// <summary>The exception for a header that should carry a deadline and does not. A server answers it as a bad request.</summary>
public sealed class DeadlineHeaderException : FormatException
{
    internal DeadlineHeaderException(string header, string problem, string form)
        : base($"The header '{header}' {problem}; it must be {form}.") => Header = header;

    /// <summary>Gets the name of the header.</summary>
    public string Header { get; }
}

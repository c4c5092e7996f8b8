namespace AgentChain;

/// <summary>The exception that is thrown when a chain cannot be built. The message lists all errors.</summary>
public sealed class ChainValidationException : Exception
{
    internal ChainValidationException(string chain, IReadOnlyList<string> errors, Exception? inner = null)
        : base($"Chain '{chain}' cannot be built:{string.Concat(errors.Select(e => $"{Environment.NewLine}- {e}"))}", inner) => Errors = errors;

    /// <summary>Gets the errors, one sentence each.</summary>
    public IReadOnlyList<string> Errors { get; }
}

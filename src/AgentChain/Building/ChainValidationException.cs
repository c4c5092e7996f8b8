namespace AgentChain.Building;

/// <summary>A chain cannot be built. The message lists everything that is wrong with it.</summary>
public sealed class ChainValidationException : Exception
{
    internal ChainValidationException(string chain, IReadOnlyList<string> errors, Exception? inner = null)
        : base($"Chain '{chain}' cannot be built:{string.Concat(errors.Select(e => $"{Environment.NewLine}- {e}"))}", inner) => Errors = errors;

    /// <summary>Gets what is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Errors { get; }
}

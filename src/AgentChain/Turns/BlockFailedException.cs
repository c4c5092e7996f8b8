namespace AgentChain;

/// <summary>The exception for a turn that ended because a block threw. The block's exception is the inner exception.</summary>
public sealed class BlockFailedException : TurnException
{
    internal BlockFailedException(string block, Exception inner)
        : base(TurnOutcome.Failed, block, $"Block '{block}' failed with {inner.GetType().Name}; see the inner exception.", inner)
    {
    }

    internal BlockFailedException(string block, string reason, Exception? inner = null)
        : base(TurnOutcome.Failed, block, $"Block '{block}' {reason}", inner)
    {
    }

    /// <summary>
    /// Gets the engine node that raised the exception about its own block; null for an exception that a block threw, which is wrapped
    /// again.
    /// </summary>
    internal object? RaisedBy { get; init; }
}

using AgentChain.Budgets;

namespace AgentChain.Turns;

/// <summary>A block threw; what it threw is the inner exception.</summary>
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

    /// <summary>Gets the engine's node that says so of its own block; null for what a block threw, which is wrapped once more.</summary>
    internal object? RaisedBy { get; init; }
}

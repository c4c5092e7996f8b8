namespace AgentChain;

/// <summary>The base class of exceptions for turns that did not complete. Messages name blocks and limits, never user text.</summary>
public abstract class TurnException : Exception
{
    private protected TurnException(TurnOutcome outcome, string? block, string? message, Exception? inner = null)
        : base(message, inner) => (Outcome, Block) = (outcome, block);

    /// <summary>Gets the outcome of the turn.</summary>
    public TurnOutcome Outcome { get; }

    /// <summary>Gets the name of the block that caused the outcome, or <see langword="null"/> if it was the chain as a whole.</summary>
    public string? Block { get; }
}

using AgentChain.Budgets;

namespace AgentChain.Turns;

/// <summary>A turn did not complete. Messages name blocks and limits, never what the user said.</summary>
public abstract class TurnException : Exception
{
    private protected TurnException(TurnOutcome outcome, string? block, string message, Exception? inner = null)
        : base(message, inner) => (Outcome, Block) = (outcome, block);

    /// <summary>Gets how the turn ended.</summary>
    public TurnOutcome Outcome { get; }

    /// <summary>Gets the name of the block concerned, or <see langword="null"/> when it was the chain as a whole.</summary>
    public string? Block { get; }
}

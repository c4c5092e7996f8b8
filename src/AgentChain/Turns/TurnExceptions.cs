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

/// <summary>The turn was interrupted by its host or by the caller's token.</summary>
/// <remarks>
/// This is the <see cref="TurnResult.Error"/> of every interrupted turn. Members that throw throw it only where the host interrupted the turn;
/// where the caller's token did, they throw an <see cref="OperationCanceledException"/> with that token, whose inner exception this is.
/// </remarks>
public sealed class TurnInterruptedException : TurnException
{
    internal TurnInterruptedException()
        : base(TurnOutcome.Interrupted, null, "The turn was interrupted.")
    {
    }

    internal TurnInterruptedException(CancellationToken callerToken)
        : base(TurnOutcome.Interrupted, null, "The turn was interrupted by its caller's token.") => CallerToken = callerToken;

    /// <summary>The caller's token, where that interrupted the turn.</summary>
    internal CancellationToken CallerToken { get; }
}

/// <summary>A deadline passed: the chain's, or that of a block whose overrun rule is to cancel.</summary>
public sealed class TurnDeadlineExceededException : TurnException
{
    internal TurnDeadlineExceededException(string? block, BudgetLimit limit, TimeSpan budget, bool waitsForReader = false)
        : base(
            TurnOutcome.DeadlineExceeded,
            block,
            $"{(block is null ? "The chain" : $"Block '{block}'")} ran out of its budget of {OptionCheck.Ms(budget)} ({Name(limit)}). {WayOut(block, waitsForReader)}") =>
        (Limit, Budget) = (limit, budget);

    /// <summary>Gets the limit that ran out.</summary>
    public BudgetLimit Limit { get; }

    /// <summary>Gets how much there was.</summary>
    public TimeSpan Budget { get; }

    static string WayOut(string? block, bool waitsForReader) =>
        waitsForReader ? "It was waiting for its reader: read the turn's Output to its end, or dispose the turn."
        : block is null ? "The turn's report shows where the time went; raise the budget, or give a slow block a budget and a fallback with OnOverrun."
        : "Raise the budget, or give the block a fallback with OnOverrun; a stream's fallback takes its place before its first item only.";

    static string Name(BudgetLimit limit) => limit switch
    {
        BudgetLimit.FirstOutput => "time to first output",
        BudgetLimit.Stall => "longest stall",
        _ => "total time",
    };
}

/// <summary>The turn was not let in.</summary>
public sealed class TurnRejectedException : TurnException
{
    internal TurnRejectedException(string? block, string reason)
        : base(TurnOutcome.Rejected, block, reason)
    {
    }
}

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

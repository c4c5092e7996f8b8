namespace AgentChain;

/// <summary>
/// The exception for a turn that exceeded a deadline: that of the chain, its own, or that of a block whose overrun rule cancels the turn.
/// </summary>
public sealed class TurnDeadlineExceededException : TurnException
{
    internal TurnDeadlineExceededException(string? block, BudgetLimit limit, TimeSpan budget, bool waitsForReader = false, bool isTurns = false)
        : base(
            TurnOutcome.DeadlineExceeded,
            block,
            $"{(isTurns ? "The turn" : block is null ? "The chain" : $"Block '{block}'")} exceeded its {(isTurns ? "own " : "")}budget of {OptionCheck.Ms(budget)} ({Name(limit)}). {WayOut(block, waitsForReader, isTurns)}") =>
        (Limit, Budget) = (limit, budget);

    internal TurnDeadlineExceededException(string block, BlockOverrunException error)
        : base(
            TurnOutcome.DeadlineExceeded,
            block,
            $"Block '{block}' exceeded a limit of its own with {error.GetType().Name}; see the inner exception. Raise that limit, or give the block a fallback with OnOverrun.",
            error) =>
        Limit = BudgetLimit.Own;

    /// <summary>Gets the limit that was exceeded.</summary>
    public BudgetLimit Limit { get; }

    /// <summary>Gets the size of the budget that was exceeded; zero if it was a limit of the block's own.</summary>
    public TimeSpan Budget { get; }

    static string WayOut(string? block, bool waitsForReader, bool isTurns) =>
        waitsForReader ? "It was waiting for its reader: read the turn's Output to its end, or dispose the turn."
        : isTurns ? "The turn's report shows where the time went; raise TurnOptions.Budget or the deadline that it was read from, or give a slow block a fallback with OnOverrun."
        : block is null ? "The turn's report shows where the time went; raise the budget, or give a slow block a budget and a fallback with OnOverrun."
        : "Raise the budget, or give the block a fallback with OnOverrun; a stream's fallback can replace it only before its first item.";

    static string Name(BudgetLimit limit) => limit switch
    {
        BudgetLimit.FirstOutput => "time to first output",
        BudgetLimit.Stall => "longest stall",
        _ => "total time",
    };
}

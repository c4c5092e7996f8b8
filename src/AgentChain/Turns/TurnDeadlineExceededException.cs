namespace AgentChain;

/// <summary>
/// The exception for a turn that exceeded a deadline: that of the chain, its own, or that of a block whose overrun rule cancels the turn.
/// </summary>
public sealed class TurnDeadlineExceededException : TurnException
{
    readonly bool _waitsForReader;
    readonly bool _isTurns;
    string? _message;

    internal TurnDeadlineExceededException(string? block, BudgetLimit limit, TimeSpan budget, bool waitsForReader = false, bool isTurns = false)
        : base(TurnOutcome.DeadlineExceeded, block, null) => (Limit, Budget, _waitsForReader, _isTurns) = (limit, budget, waitsForReader, isTurns);

    internal TurnDeadlineExceededException(string block, BlockOverrunException error)
        : base(
            TurnOutcome.DeadlineExceeded,
            block,
            $"Block '{block}' exceeded a limit of its own with {error.GetType().Name}; see the inner exception. Raise that limit, or give the block a fallback with OnOverrun.",
            error) =>
        (Limit, _message) = (BudgetLimit.Own, base.Message);

    /// <summary>Gets the limit that was exceeded.</summary>
    public BudgetLimit Limit { get; }

    /// <summary>Gets the size of the budget that was exceeded; zero if it was a limit of the block's own.</summary>
    public TimeSpan Budget { get; }

    /// <inheritdoc/>
    /// <remarks>Written when it is read: when many deadlines pass at once, most messages are not.</remarks>
    public override string Message => _message ??=
        $"{(_isTurns ? "The turn" : Block is null ? "The chain" : $"Block '{Block}'")} exceeded its {(_isTurns ? "own " : "")}budget of {OptionCheck.Ms(Budget)} ({Name(Limit)}). {WayOut(Block, _waitsForReader, _isTurns)}";

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

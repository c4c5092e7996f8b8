using AgentChain.Budgets;

namespace AgentChain.Turns;

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

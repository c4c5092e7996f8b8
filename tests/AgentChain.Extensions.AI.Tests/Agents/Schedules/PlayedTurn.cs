namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>A turn of a schedule as it ended.</summary>
/// <param name="Id">The turn.</param>
/// <param name="Question">The final question.</param>
/// <param name="Result">How it ended.</param>
/// <param name="EndedMs">When it ended.</param>
/// <param name="Read">The words that the reader got.</param>
sealed record PlayedTurn(TurnId Id, string Question, TurnResult Result, double EndedMs, IReadOnlyList<string> Read)
{
    /// <summary>The number of words that were reported as heard; null if nothing was reported.</summary>
    public int? Heard { get; set; }
}

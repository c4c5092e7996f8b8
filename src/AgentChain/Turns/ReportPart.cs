namespace AgentChain.Turns;

/// <summary>A stretch of a turn's time and who owns it.</summary>
/// <param name="Owner">The block's name; <c>entry</c> for the wait for room in the chain, <c>output</c> for the hand-over to the host, <c>input</c> for live input, <c>endpoint</c> for the wait for its end.</param>
/// <param name="Kind">What the time was spent on.</param>
/// <param name="Start">When it began, counted from the turn's start.</param>
/// <param name="End">When it ended, counted from the turn's start.</param>
public readonly record struct ReportPart(string Owner, PartKind Kind, TimeSpan Start, TimeSpan End)
{
    /// <summary>Gets how long it was.</summary>
    public TimeSpan Duration => End - Start;
}

namespace AgentChain;

/// <summary>Represents a part of a turn's time and its owner.</summary>
/// <param name="Owner">
/// The name of the block, or <c>entry</c> for the wait for room in the chain, <c>output</c> for the handover to the host, <c>input</c> for
/// live input, or <c>endpoint</c> for the endpoint wait.
/// </param>
/// <param name="Kind">The kind of the part: how the time was spent.</param>
/// <param name="Start">The start of the part, counted from the turn's start.</param>
/// <param name="End">The end of the part, counted from the turn's start.</param>
public readonly record struct ReportPart(string Owner, PartKind Kind, TimeSpan Start, TimeSpan End)
{
    /// <summary>Gets the duration of the part.</summary>
    public TimeSpan Duration => End - Start;
}

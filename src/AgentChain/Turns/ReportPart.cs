namespace AgentChain;

/// <summary>Represents a part of a turn's time and its owner.</summary>
public readonly record struct ReportPart
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="owner">
    /// The name of the block, <c>block/work</c> for work inside it, or <c>entry</c> for the wait for room in the chain, <c>output</c> for
    /// the handover to the host, <c>input</c> for live input, or <c>endpoint</c> for the endpoint wait.
    /// </param>
    /// <param name="kind">The kind of the part: how the time was spent.</param>
    /// <param name="start">The start of the part, counted from the turn's start.</param>
    /// <param name="end">The end of the part, counted from the turn's start.</param>
    public ReportPart(string owner, PartKind kind, TimeSpan start, TimeSpan end) =>
        (Owner, Kind, Start, End) = (owner, kind, start, end);

    /// <summary>
    /// Gets the name of the block, <c>block/work</c> for work inside it, or <c>entry</c> for the wait for room in the chain, <c>output</c>
    /// for the handover to the host, <c>input</c> for live input, or <c>endpoint</c> for the endpoint wait.
    /// </summary>
    public string Owner { get; init; }

    /// <summary>Gets the kind of the part: how the time was spent.</summary>
    public PartKind Kind { get; init; }

    /// <summary>Gets the start of the part, counted from the turn's start.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>Gets the end of the part, counted from the turn's start.</summary>
    public TimeSpan End { get; init; }

    /// <summary>Gets the duration of the part.</summary>
    public TimeSpan Duration => End - Start;
}

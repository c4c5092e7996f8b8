namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>Represents an answer that was read to its end.</summary>
/// <param name="First">The timestamp at which the caller had the first token.</param>
/// <param name="Pieces">The number of pieces of text, one per token unless a token is only a part of a character.</param>
/// <param name="Text">The whole text.</param>
readonly record struct Answer(long First, int Pieces, string Text)
{
    /// <summary>Gets the timestamp from which the time counts, if it is not the call's.</summary>
    public long? Begun { get; init; }
}

namespace AgentChain.Speculation;

/// <summary>
/// What a block knows about a hypothesis besides its value: evidence from which a controller estimates whether it will come true.
/// Everything is optional; what is <see langword="null"/> is not known.
/// </summary>
public readonly record struct HypothesisFeatures
{
    /// <summary>Gets how long the input has been silent, such as the pause behind the last word.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>Gets how stable the value is by the block's own account, 0 to 1: the part of a recognizer's beam that agrees.</summary>
    public double? Stability { get; init; }

    /// <summary>Gets the score of an end-of-turn detector, 0 to 1.</summary>
    public double? EndOfTurn { get; init; }

    /// <summary>Gets how long it will take until the final value is known if nothing changes any more, such as what is left of an endpoint wait.</summary>
    public TimeSpan? TimeToFinal { get; init; }
}

namespace AgentChain.Speculation;

/// <summary>
/// Represents the evidence that a block has about a hypothesis besides its value. A controller uses it to estimate whether the hypothesis
/// will come true. Every property is optional; <see langword="null"/> means unknown.
/// </summary>
public readonly record struct HypothesisFeatures
{
    /// <summary>Gets the time for which the input has been silent, such as the pause after the last word.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>
    /// Gets the stability of the value as estimated by the block, 0 to 1, such as the share of a recognizer's beam that agrees.
    /// </summary>
    public double? Stability { get; init; }

    /// <summary>Gets the score of an end-of-turn detector, 0 to 1.</summary>
    public double? EndOfTurn { get; init; }

    /// <summary>
    /// Gets the time until the final value is known if nothing changes, such as the remainder of an endpoint wait.
    /// </summary>
    public TimeSpan? TimeToFinal { get; init; }
}

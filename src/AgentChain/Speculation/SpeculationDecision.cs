namespace AgentChain.Speculation;

/// <summary>Represents the decision of a controller on a request.</summary>
/// <param name="Verdict">The action to take.</param>
/// <param name="Reason">The reason for the verdict.</param>
/// <param name="Probability">The controller's estimate of the probability that the hypothesis comes true, 0 to 1.</param>
/// <param name="Gain">The time saved if the hypothesis comes true.</param>
/// <param name="Cost">The device time lost if it does not.</param>
public readonly record struct SpeculationDecision(
    SpeculationVerdict Verdict, SpeculationReason Reason, double Probability, TimeSpan Gain, TimeSpan Cost)
{
    /// <summary>Gets the time after which to ask again, if the verdict is <see cref="SpeculationVerdict.Later"/>.</summary>
    public TimeSpan AskAgainIn { get; init; }
}

namespace AgentChain.Speculation;

/// <summary>A controller's answer.</summary>
/// <param name="Verdict">What to do.</param>
/// <param name="Reason">Why.</param>
/// <param name="Probability">The controller's own estimate of P(the hypothesis comes true), 0 to 1.</param>
/// <param name="Gain">The time saved if it does.</param>
/// <param name="Cost">The device time lost if it does not.</param>
public readonly record struct SpeculationDecision(
    SpeculationVerdict Verdict, SpeculationReason Reason, double Probability, TimeSpan Gain, TimeSpan Cost)
{
    /// <summary>Gets when to ask again, with <see cref="SpeculationVerdict.Later"/>.</summary>
    public TimeSpan AskAgainIn { get; init; }
}

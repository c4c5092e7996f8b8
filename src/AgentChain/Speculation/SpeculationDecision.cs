namespace AgentChain.Speculation;

/// <summary>Represents the decision of a controller on a request.</summary>
public readonly record struct SpeculationDecision
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="verdict">The action to take.</param>
    /// <param name="reason">The reason for the verdict.</param>
    /// <param name="probability">The controller's estimate of the probability that the hypothesis comes true, 0 to 1.</param>
    /// <param name="gain">The time saved if the hypothesis comes true.</param>
    /// <param name="cost">The device time lost if it does not.</param>
    public SpeculationDecision(SpeculationVerdict verdict, SpeculationReason reason, double probability, TimeSpan gain, TimeSpan cost) =>
        (Verdict, Reason, Probability, Gain, Cost) = (verdict, reason, probability, gain, cost);

    /// <summary>Gets the action to take.</summary>
    public SpeculationVerdict Verdict { get; init; }

    /// <summary>Gets the reason for the verdict.</summary>
    public SpeculationReason Reason { get; init; }

    /// <summary>Gets the controller's estimate of the probability that the hypothesis comes true, 0 to 1.</summary>
    public double Probability { get; init; }

    /// <summary>Gets the time saved if the hypothesis comes true.</summary>
    public TimeSpan Gain { get; init; }

    /// <summary>Gets the device time lost if it does not.</summary>
    public TimeSpan Cost { get; init; }

    /// <summary>Gets the time after which to ask again, if the verdict is <see cref="SpeculationVerdict.Later"/>.</summary>
    public TimeSpan AskAgainIn { get; init; }
}

namespace AgentChain.Speculation;

/// <summary>What a controller wants done with a hypothesis.</summary>
public enum SpeculationVerdict
{
    /// <summary>Nothing; the next hypothesis is a new question.</summary>
    Decline,

    /// <summary>Start now.</summary>
    Start,

    /// <summary>Ask again after <see cref="SpeculationDecision.AskAgainIn"/>, unless the hypothesis has changed by then.</summary>
    Later,
}

/// <summary>Why.</summary>
public enum SpeculationReason
{
    /// <summary>The expected gain is larger than the price of the expected waste.</summary>
    Worth,

    /// <summary>It is not.</summary>
    NotWorth,

    /// <summary>Starting later costs nothing: there is more time than the work needs.</summary>
    StillFree,

    /// <summary>The conversation's waste budget is used up.</summary>
    OverBudget,

    /// <summary>The estimates have drifted away from what happens, so nothing is started until they fit again.</summary>
    Drifted,

    /// <summary>Shadow mode: it would have been started.</summary>
    Shadow,

    /// <summary>The estimate is no number; nothing is started on it.</summary>
    BadEstimate,

    /// <summary>The block works on another hypothesis that is still alive, and may not on more.</summary>
    EdgeFull,

    /// <summary>The controller itself failed.</summary>
    Failed,

    /// <summary>The block has started as often in this turn as it may.</summary>
    TooOften,
}

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

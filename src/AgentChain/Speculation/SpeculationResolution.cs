namespace AgentChain.Speculation;

/// <summary>How a question that was put to a controller turned out.</summary>
public readonly record struct SpeculationResolution
{
    /// <summary>Gets the question.</summary>
    public required SpeculationRequest Request { get; init; }

    /// <summary>Gets the answer that was given.</summary>
    public required SpeculationDecision Decision { get; init; }

    /// <summary>Gets whether the hypothesis came true: the final value had an equal commit key.</summary>
    public bool CameTrue { get; init; }

    /// <summary>Gets whether work was started on this question.</summary>
    public bool Started { get; init; }

    /// <summary>Gets the time saved: what of the work was done before its input was certain. Zero when it was in vain.</summary>
    public TimeSpan Saved { get; init; }

    /// <summary>Gets the device time lost. Zero when it stood, or was never started.</summary>
    public TimeSpan Wasted { get; init; }
}

namespace AgentChain.Speculation;

/// <summary>Represents the result of a request to a controller.</summary>
public readonly record struct SpeculationResolution
{
    /// <summary>Gets the request.</summary>
    public required SpeculationRequest Request { get; init; }

    /// <summary>Gets the controller's decision.</summary>
    public required SpeculationDecision Decision { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the hypothesis came true, that is, whether the final value had an equal commit key.
    /// </summary>
    public bool CameTrue { get; init; }

    /// <summary>Gets a value that indicates whether work was started on this request.</summary>
    public bool Started { get; init; }

    /// <summary>
    /// Gets the time saved: the part of the work that was done before its input was final. Zero if the work was terminated.
    /// </summary>
    public TimeSpan Saved { get; init; }

    /// <summary>Gets the device time lost. Zero if the work was committed or never started.</summary>
    public TimeSpan Wasted { get; init; }
}

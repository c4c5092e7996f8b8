namespace AgentChain.Speculation;

/// <summary>Represents one request, its decision and its result. Contains no user text.</summary>
public readonly record struct SpeculationLogEntry
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="time">The time of the request on the chain's clock.</param>
    /// <param name="block">The name of the block.</param>
    /// <param name="decision">The controller's decision.</param>
    /// <param name="cameTrue"><see langword="true"/> if the hypothesis came true; otherwise, <see langword="false"/>.</param>
    /// <param name="started"><see langword="true"/> if work was started on the request; otherwise, <see langword="false"/>.</param>
    /// <param name="predicted">The expected gain: P x the part of the block's own work that fits before the final value is known.</param>
    /// <param name="saved">The actual gain; zero if no work was started or the work was terminated.</param>
    /// <param name="wasted">The device time lost.</param>
    public SpeculationLogEntry(
        TimeSpan time,
        string block,
        SpeculationDecision decision,
        bool cameTrue,
        bool started,
        TimeSpan predicted,
        TimeSpan saved,
        TimeSpan wasted) =>
        (Time, Block, Decision, CameTrue, Started, Predicted, Saved, Wasted) =
            (time, block, decision, cameTrue, started, predicted, saved, wasted);

    /// <summary>Gets the time of the request on the chain's clock.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>Gets the name of the block.</summary>
    public string Block { get; init; }

    /// <summary>Gets the controller's decision.</summary>
    public SpeculationDecision Decision { get; init; }

    /// <summary>Gets a value that indicates whether the hypothesis came true; otherwise, <see langword="false"/>.</summary>
    public bool CameTrue { get; init; }

    /// <summary>Gets a value that indicates whether work was started on the request; otherwise, <see langword="false"/>.</summary>
    public bool Started { get; init; }

    /// <summary>Gets the expected gain: P x the part of the block's own work that fits before the final value is known.</summary>
    public TimeSpan Predicted { get; init; }

    /// <summary>Gets the actual gain; zero if no work was started or the work was terminated.</summary>
    public TimeSpan Saved { get; init; }

    /// <summary>Gets the device time lost.</summary>
    public TimeSpan Wasted { get; init; }
}

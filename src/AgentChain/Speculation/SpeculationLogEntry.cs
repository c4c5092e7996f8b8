namespace AgentChain.Speculation;

/// <summary>Represents one request, its decision and its result. Contains no user text.</summary>
/// <param name="Time">The time of the request on the chain's clock.</param>
/// <param name="Block">The name of the block.</param>
/// <param name="Decision">The controller's decision.</param>
/// <param name="CameTrue"><see langword="true"/> if the hypothesis came true; otherwise, <see langword="false"/>.</param>
/// <param name="Started"><see langword="true"/> if work was started on the request; otherwise, <see langword="false"/>.</param>
/// <param name="Predicted">The expected gain: P x the part of the block's own work that fits before the final value is known.</param>
/// <param name="Saved">The actual gain; zero if no work was started or the work was terminated.</param>
/// <param name="Wasted">The device time lost.</param>
public readonly record struct SpeculationLogEntry(
    TimeSpan Time,
    string Block,
    SpeculationDecision Decision,
    bool CameTrue,
    bool Started,
    TimeSpan Predicted,
    TimeSpan Saved,
    TimeSpan Wasted);

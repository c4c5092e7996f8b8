namespace AgentChain.Speculation;

/// <summary>One question, its answer and how it turned out. Holds no user text.</summary>
/// <param name="Time">When it was asked, by the chain's clock.</param>
/// <param name="Block">The block.</param>
/// <param name="Decision">The answer.</param>
/// <param name="CameTrue">Whether the hypothesis came true.</param>
/// <param name="Started">Whether work was started on the question.</param>
/// <param name="Predicted">The gain that was to be expected: P x what of the block's own work fits before the truth is known.</param>
/// <param name="Saved">The gain there was; zero when nothing was started, or in vain.</param>
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

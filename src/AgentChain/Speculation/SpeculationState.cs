namespace AgentChain.Speculation;

/// <summary>
/// Specifies the state of a speculation.
/// <code>
///   Proposed ──started──> Running ──produced output──> Held
///      │                     │                          │
///      │                     ├──────── committed ───────┤      its input is final and its key is equal
///      └── not started ──────┴─────── terminated ───────┘      contradicted, withdrawn, failed, or the turn has ended
/// </code>
/// Committed and Terminated are final states. Only committed output is visible outside of the chain.
/// </summary>
enum SpeculationState
{
    /// <summary>A hypothesis has arrived. No work has been started on it.</summary>
    Proposed,

    /// <summary>The block is working on the hypothesis.</summary>
    Running,

    /// <summary>The block has finished. Its output is held.</summary>
    Held,

    /// <summary>The hypothesis came true. The work is kept.</summary>
    Committed,

    /// <summary>The work was discarded.</summary>
    Terminated,
}

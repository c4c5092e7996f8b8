namespace AgentChain.Speculation;

/// <summary>
/// Where a speculation stands.
/// <code>
///   Proposed ──started──> Running ──made its output──> Held
///      │                     │                          │
///      │                     ├──────── committed ───────┤      its input is certain and its key is equal
///      └── not started ──────┴─────── terminated ───────┘      contradicted, withdrawn, failed, or the turn is over
/// </code>
/// Committed and Terminated are final. Only what is committed is ever seen outside.
/// </summary>
public enum SpeculationState
{
    /// <summary>A hypothesis has come; nothing was started on it.</summary>
    Proposed,

    /// <summary>The block works on it.</summary>
    Running,

    /// <summary>The block is done; its output waits.</summary>
    Held,

    /// <summary>The work stands: its input came true.</summary>
    Committed,

    /// <summary>The work was in vain.</summary>
    Terminated,
}

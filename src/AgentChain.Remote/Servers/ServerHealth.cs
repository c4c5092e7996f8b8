namespace AgentChain.Remote;

/// <summary>Specifies whether a server is asked.</summary>
/// <remarks>
/// <code>
///   Healthy ── gone, or fails again and again ──> Unavailable ── a probe is answered ──> Recovering
///      ^                                            ^                                       │  │
///      │                                            └────────── the trial fails ────────────┘  │
///      └──────────────────────────── the trial, one request, is answered ──────────────────────┘
/// </code>
/// </remarks>
public enum ServerHealth
{
    /// <summary>The server answers.</summary>
    Healthy,

    /// <summary>The server is gone. It gets no requests, and is probed from time to time.</summary>
    Unavailable,

    /// <summary>The server has answered a probe. It gets one request, its trial, and the others when that was answered.</summary>
    Recovering,
}

namespace AgentChain.Remote;

/// <summary>Specifies how urgent a request is, compared to the other requests that a server has.</summary>
public enum RequestPriority
{
    /// <summary>After all others, such as work that may be wasted.</summary>
    Low = -1,

    /// <summary>The default, which is sent as no priority.</summary>
    Normal = 0,

    /// <summary>Before all others.</summary>
    High = 1,
}

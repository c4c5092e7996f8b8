namespace AgentChain.Simulation;

/// <summary>The times of a job that has ended; timestamps of the device's clock.</summary>
readonly record struct DeviceWork
{
    public long QueuedAt { get; init; }

    /// <summary>When a server first took the job; 0 if none has.</summary>
    public long StartedAt { get; init; }

    public long EndedAt { get; init; }

    /// <summary>The time that servers spent on the job.</summary>
    public TimeSpan Worked { get; init; }

    /// <summary>The time that the job waited for a server, including time in which it was set aside again.</summary>
    public TimeSpan Waited { get; init; }

    public bool IsCompleted { get; init; }
}

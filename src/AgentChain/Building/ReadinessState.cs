namespace AgentChain;

/// <summary>Specifies whether a block can serve a turn on a device at its usual speed.</summary>
public enum ReadinessState
{
    /// <summary>The block has not warmed up on the device, or is doing so.</summary>
    Cold,

    /// <summary>The block has warmed up on the device, or needs no warm-up.</summary>
    Ready,

    /// <summary>The last warm-up of the block on the device failed.</summary>
    Failed,

    /// <summary>The device was lost.</summary>
    DeviceLost,
}

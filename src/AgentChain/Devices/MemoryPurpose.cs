namespace AgentChain.Devices;

/// <summary>Specifies what a part of a device's memory is reserved for.</summary>
public enum MemoryPurpose
{
    /// <summary>Memory that a piece of work needs while it runs.</summary>
    Workspace,

    /// <summary>The weights of a model.</summary>
    Weights,

    /// <summary>Pages of a key/value cache.</summary>
    KeyValueCache,

    /// <summary>A pinned buffer for copies.</summary>
    PinnedBuffer,
}

namespace AgentChain.Devices;

/// <summary>Specifies the kind of hardware of a <see cref="ComputeDevice"/>.</summary>
/// <remarks>
/// There is no unspecified member: a device always has a kind, and <c>Other</c> is for hardware that has no member of its own.
/// </remarks>
public enum DeviceKind
{
    /// <summary>The host's processor cores.</summary>
    Cpu,

    /// <summary>An NVIDIA device driven through CUDA.</summary>
    Cuda,

    /// <summary>Any other accelerator (NPU, DirectML, ...).</summary>
    Other,

    /// <summary>A server on another machine, whose lanes are the requests that it is sent at once.</summary>
    Remote,
}

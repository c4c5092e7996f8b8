namespace AgentChain.Devices;

/// <summary>Specifies the kind of hardware of a <see cref="ComputeDevice"/>.</summary>
public enum DeviceKind
{
    /// <summary>The host's processor cores.</summary>
    Cpu,

    /// <summary>An NVIDIA device driven through CUDA.</summary>
    Cuda,

    /// <summary>Any other accelerator (NPU, DirectML, ...).</summary>
    Other,
}

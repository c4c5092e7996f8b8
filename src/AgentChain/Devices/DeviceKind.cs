namespace AgentChain.Devices;

/// <summary>What sort of hardware a <see cref="ComputeDevice"/> is.</summary>
public enum DeviceKind
{
    /// <summary>The host's processor cores.</summary>
    Cpu,

    /// <summary>An NVIDIA device driven through CUDA.</summary>
    Cuda,

    /// <summary>Any other accelerator (NPU, DirectML, ...).</summary>
    Other,
}

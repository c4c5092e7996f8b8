using AgentChain.Devices;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// Represents a device in ONNX Runtime: the engine's <see cref="ComputeDevice"/> with the execution provider that serves it.
/// </summary>
public sealed class OnnxDevice
{
    internal OnnxDevice(ComputeDevice device, ProviderDevice provider)
    {
        Device = device;
        Provider = provider;
    }

    /// <summary>Gets the device, which blocks request by name or kind.</summary>
    public ComputeDevice Device { get; }

    /// <summary>Gets the name of the execution provider, for example <c>CPUExecutionProvider</c>.</summary>
    public string ProviderName => Provider.Name;

    /// <summary>Gets the memory of the device that was free when it was found, in bytes.</summary>
    /// <value><see langword="null"/> if the driver cannot be asked.</value>
    public long? FreeBytes { get; internal init; }

    /// <summary>Whether tensors in host memory are used in place.</summary>
    internal bool IsCpu => Device.Kind == DeviceKind.Cpu;

    internal ProviderDevice Provider { get; }

    /// <summary>Returns the name of the device.</summary>
    public override string ToString() => Device.Name;
}

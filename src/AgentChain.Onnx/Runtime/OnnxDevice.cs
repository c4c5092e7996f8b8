using AgentChain.Devices;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>A device as ONNX Runtime knows it: the engine's <see cref="ComputeDevice"/> with the execution provider that serves it.</summary>
public sealed class OnnxDevice
{
    internal OnnxDevice(ComputeDevice device, OrtEpDevice provider)
    {
        Device = device;
        Provider = provider;
    }

    /// <summary>The device, as blocks ask for it by name or kind.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The execution provider's name, for example <c>CPUExecutionProvider</c>.</summary>
    public string ProviderName => Provider.EpName;

    /// <summary>Whether tensors in the host's memory are used in place.</summary>
    internal bool IsCpu => Device.Kind == DeviceKind.Cpu;

    internal OrtEpDevice Provider { get; }

    /// <summary>The device's name.</summary>
    public override string ToString() => Device.Name;
}

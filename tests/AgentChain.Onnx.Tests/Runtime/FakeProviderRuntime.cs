using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Tests.Runtime;

/// <summary>A machine that is not here: what its libraries answer when they are registered, and how many CUDA devices open.</summary>
internal sealed class FakeProviderRuntime : IProviderRuntime
{
    private readonly List<ProviderDevice> _devices = [new(ProviderDevice.CpuName, OrtHardwareDeviceType.CPU, "a processor")];

    /// <summary>Why a library cannot be registered; <see langword="null"/> where it can.</summary>
    public string? RegisterError { get; init; }

    /// <summary>What registering a library adds.</summary>
    public IReadOnlyList<ProviderDevice> Plugged { get; init; } = [];

    /// <summary>The devices that are there without a library.</summary>
    public IReadOnlyList<ProviderDevice> Present { get; init; } = [];

    public int ClassicDevices { get; init; }

    public string ClassicError { get; init; } = "no device";

    public int ClassicCalls { get; private set; }

    public string? Register(string name, string path)
    {
        if (RegisterError is null)
        {
            _devices.AddRange(Plugged);
        }

        return RegisterError;
    }

    public IReadOnlyList<ProviderDevice> GetDevices() => [.. _devices, .. Present];

    public string? OpenClassicCuda(int index)
    {
        ClassicCalls++;
        return index < ClassicDevices ? null : ClassicError;
    }

    public void Copy(IReadOnlyList<OrtValue> from, IReadOnlyList<OrtValue> to) => throw new NotSupportedException();
}

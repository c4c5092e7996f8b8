using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Tests.Runtime;

/// <summary>
/// A machine whose processor is there twice: as the CPU, and as an accelerator, <c>twin:0</c>, whose memory the library does not touch: all
/// copies to and from it go through here, as those of CUDA go through ONNX Runtime.
/// </summary>
internal sealed class TwoMemories(OrtEnv environment, Action? beforeCopy) : IProviderRuntime
{
    public const string Accelerator = "twin:0";

    readonly Action _beforeCopy = beforeCopy ?? (() => { });

    /// <summary>Creates the host of such a machine.</summary>
    /// <param name="beforeCopy">Called before each copy; it can throw as ONNX Runtime does.</param>
    public static OnnxRuntimeHost CreateHost(Action? beforeCopy = null) =>
        new(new OnnxRuntimeOptions(), OrtEnv.Instance, environment => new TwoMemories(environment, beforeCopy), new FakeDriver());

    public string? Register(string name, string path) => "no libraries";

    public IReadOnlyList<ProviderDevice> GetDevices()
    {
        ProviderDevice cpu = new OrtProviderRuntime(environment).GetDevices().First(d => d.Name == ProviderDevice.CpuName);
        return [cpu, cpu with { Name = "TwinExecutionProvider", Type = OrtHardwareDeviceType.NPU, Memory = CpuMemory }];
    }

    public string? OpenClassicCuda(int index) => "no device";

    public void Copy(IReadOnlyList<OrtValue> from, IReadOnlyList<OrtValue> to)
    {
        _beforeCopy();
        for (int i = 0; i < from.Count; i++)
        {
            from[i].GetTensorMutableRawData().CopyTo(to[i].GetTensorMutableRawData());
        }
    }

    static OrtMemoryInfo CpuMemory() => new(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default);
}

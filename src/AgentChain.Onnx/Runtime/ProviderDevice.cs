using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// Represents a device as an execution provider offers it, either found through a plug-in or, without <paramref name="Native"/>, CUDA
/// opened by its index.
/// </summary>
/// <param name="Name">The name of the provider, for example <c>CUDAExecutionProvider</c>.</param>
/// <param name="Type">The kind of hardware.</param>
/// <param name="Description">The name of the hardware, for people.</param>
/// <param name="Index">The index of CUDA's device; used only without <paramref name="Native"/>.</param>
/// <param name="Native">ONNX Runtime's own record of a device that a plug-in found.</param>
sealed record ProviderDevice(string Name, OrtHardwareDeviceType Type, string Description, int Index = 0, OrtEpDevice? Native = null)
{
    public const string CpuName = "CPUExecutionProvider";

    public const string CudaName = "CUDAExecutionProvider";

    /// <summary>The library that offers the device; <see langword="null"/> for a provider built into ONNX Runtime.</summary>
    public string? LibraryPath { get; init; }

    /// <summary>The address of the device on the PCI bus, such as <c>0000:3b:00.0</c>; <see langword="null"/> if it is not known.</summary>
    public string? PciId { get; init; }

    /// <summary>Creates the description of the memory of a device that does not describe its own.</summary>
    public Func<OrtMemoryInfo>? Memory { get; init; }

    public static ProviderDevice ClassicCuda(int index) => new(CudaName, OrtHardwareDeviceType.GPU, $"CUDA device {index}", index);

    /// <summary>Makes a session run on this device.</summary>
    public void AppendTo(SessionOptions session, OrtEnv environment, IReadOnlyDictionary<string, string> options)
    {
        if (Native is not null)
        {
            session.AppendExecutionProvider(environment, [Native], options);
            return;
        }

        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string>(options) { ["device_id"] = Invariant(Index) });
        session.AppendExecutionProvider_CUDA(cuda);
    }

    /// <summary>Returns the description of the device's own memory, for an allocator. The caller disposes it.</summary>
    public OrtMemoryInfo GetMemoryInfo() => Memory is not null
        ? Memory()
        : Native is not null
        ? Native.GetMemoryInfo(OrtDeviceMemoryType.DEFAULT)
        : new OrtMemoryInfo(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, Index, OrtMemType.Default);

    static string Invariant(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

namespace AgentChain.Onnx.Runtime;

/// <summary>Specifies the devices and providers that an <see cref="OnnxRuntimeHost"/> uses. Immutable.</summary>
public sealed record OnnxRuntimeOptions
{
    /// <summary>
    /// Gets the number of CPU lanes, 1 or more; <see langword="null"/> (the default) uses the engine's default, one per core up to four.
    /// </summary>
    public int? CpuLanes { get; init; }

    /// <summary>Gets the number of lanes of each accelerator, 1 or more. The default is 1.</summary>
    public int AcceleratorLanes { get; init; } = 1;

    /// <summary>
    /// Gets the full paths of the execution provider libraries to register. <see langword="null"/> (the default) registers the CUDA
    /// provider if it is next to ONNX Runtime or the application; an empty list registers none. A path given here must exist and load.
    /// </summary>
    public IReadOnlyList<string>? ProviderLibraries { get; init; }
}

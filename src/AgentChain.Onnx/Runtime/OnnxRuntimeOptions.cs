namespace AgentChain.Onnx.Runtime;

/// <summary>What an <see cref="OnnxRuntimeHost"/> looks for. Immutable.</summary>
public sealed record OnnxRuntimeOptions
{
    /// <summary>Lanes of the CPU, 1 or more; <see langword="null"/> (the default) leaves the engine's choice, one per core up to four.</summary>
    public int? CpuLanes { get; init; }

    /// <summary>Lanes of each accelerator, 1 or more. Default 1.</summary>
    public int AcceleratorLanes { get; init; } = 1;

    /// <summary>
    /// Libraries of execution providers to register, as full paths. <see langword="null"/> (the default) takes the CUDA provider
    /// where it lies beside ONNX Runtime or the application; an empty list registers none. A path given here must exist and load.
    /// </summary>
    public IReadOnlyList<string>? ProviderLibraries { get; init; }
}

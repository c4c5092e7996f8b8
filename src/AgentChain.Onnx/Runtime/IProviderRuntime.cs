using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// What the search for devices, and copies between them, ask of ONNX Runtime. A failure of the search is a text and never an exception,
/// because the search decides whether it matters.
/// </summary>
interface IProviderRuntime
{
    /// <summary>
    /// Registers a provider library as a plug-in and returns why that failed; <see langword="null"/> if it is registered.
    /// </summary>
    string? Register(string name, string path);

    /// <summary>Returns the devices of the built-in provider and of all registered libraries.</summary>
    IReadOnlyList<ProviderDevice> GetDevices();

    /// <summary>
    /// Opens CUDA device <paramref name="index"/> the classic way, with session options, and returns why that failed;
    /// <see langword="null"/> if a session ran its constructor there.
    /// </summary>
    string? OpenClassicCuda(int index);

    /// <summary>Copies tensors into others of the same shapes, on any devices, and returns when that is done.</summary>
    /// <exception cref="OnnxRuntimeException">No library can copy between the two devices, or a device failed.</exception>
    void Copy(IReadOnlyList<OrtValue> from, IReadOnlyList<OrtValue> to);
}

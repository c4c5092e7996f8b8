namespace AgentChain.Onnx.Runtime;

/// <summary>
/// What the search for devices asks of ONNX Runtime. A failure is a text and never an exception, because the search decides whether it
/// matters.
/// </summary>
interface IProviderRuntime
{
    /// <summary>Registers a provider library as a plug-in and returns why that failed; <see langword="null"/> if it is registered.</summary>
    string? Register(string name, string path);

    /// <summary>Returns the devices of the built-in provider and of all registered libraries.</summary>
    IReadOnlyList<ProviderDevice> GetDevices();

    /// <summary>
    /// Opens CUDA device <paramref name="index"/> the classic way, with session options, and returns why that failed;
    /// <see langword="null"/> if a session ran its constructor there.
    /// </summary>
    string? OpenClassicCuda(int index);
}

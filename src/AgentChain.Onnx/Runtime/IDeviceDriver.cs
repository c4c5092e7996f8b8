namespace AgentChain.Onnx.Runtime;

/// <summary>What the search for devices asks of the driver of NVIDIA's devices.</summary>
interface IDeviceDriver
{
    /// <summary>
    /// Returns the devices in the order of their PCI addresses; empty if the driver cannot be asked. It can throw: that counts as empty.
    /// </summary>
    IReadOnlyList<DriverDevice> GetDevices();

    /// <summary>Returns an environment variable that decides about the order of CUDA's devices; null if it is not set.</summary>
    string? GetVariable(string name);
}

namespace AgentChain.Devices;

/// <summary>Represents a device that work inside a block requests, such as a tool.</summary>
/// <param name="Work">The name of the work, as in <see cref="BlockContext.Begin"/>.</param>
/// <param name="Device">The requested device.</param>
public readonly record struct InnerDevice(string Work, DeviceRequest Device);

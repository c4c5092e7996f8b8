namespace AgentChain.Onnx.Runtime;

/// <summary>Represents a device as its driver describes it.</summary>
/// <param name="Uuid">The identifier of the device.</param>
/// <param name="PciId">Its address on the PCI bus, in lower case and without leading zeros of the domain beyond four digits.</param>
/// <param name="Name">The name of the hardware, for people.</param>
/// <param name="MemoryBytes">The size of its memory; null if it is not known.</param>
/// <param name="FreeBytes">What was free of it when the driver was asked; null if it is not known.</param>
sealed record DriverDevice(string Uuid, string PciId, string Name, long? MemoryBytes, long? FreeBytes);

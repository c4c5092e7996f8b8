namespace AgentChain.Devices;

/// <summary>A request that takes the place of another one; a class, because a structure cannot contain itself.</summary>
sealed record DeviceFallback(DeviceRequest Request);

namespace AgentChain.Devices;

/// <summary>Provides data for an event that a device has gone or is back.</summary>
/// <param name="device">The device.</param>
/// <param name="isPresent">Whether it is there.</param>
public sealed class DevicePresenceEventArgs(ComputeDevice device, bool isPresent) : EventArgs
{
    /// <summary>Gets the device.</summary>
    public ComputeDevice Device { get; } = device ?? throw new ArgumentNullException(nameof(device));

    /// <summary>Gets a value that indicates whether the device is there.</summary>
    public bool IsPresent { get; } = isPresent;
}

namespace AgentChain.Devices;

/// <summary>
/// The exception that is thrown when a device disappears while it is in use, or is requested after that. A block that finds out that its
/// device is gone throws it with the name of the device; the scheduler then gives the device no more work.
/// </summary>
public sealed class DeviceLostException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="device">The name of the device.</param>
    /// <param name="inner">The cause, or <see langword="null"/>.</param>
    public DeviceLostException(string device, Exception? inner = null)
        : this(device, Cause(inner), inner)
    {
    }

    DeviceLostException(string device, string message, Exception? inner)
        : base($"The device {device} was lost{message} Turns on other devices go on. Declare another device for such a time with DeviceRequest.Or, and bring the device back with DeviceScheduler.Restore.", inner) =>
        Device = device;

    /// <summary>Gets the name of the device.</summary>
    public string Device { get; }

    /// <summary>The scheduler that has thrown it, for which it is no news; null if it comes from a block.</summary>
    internal object? Origin { get; init; }

    static string Cause(Exception? inner) => inner is null ? "." : $": {inner.GetType().Name}.";
}

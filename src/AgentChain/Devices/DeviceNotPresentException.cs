namespace AgentChain.Devices;

/// <summary>
/// The exception that is thrown when a block requests a device that the scheduler does not have. The message lists the available devices.
/// </summary>
public sealed class DeviceNotPresentException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="request">The request that cannot be fulfilled.</param>
    /// <param name="present">The available devices.</param>
    public DeviceNotPresentException(DeviceRequest request, IReadOnlyList<ComputeDevice> present)
        : base($"Device {request} is not present; available devices: {string.Join(", ", present.Select(d => d.Name))}.") => Request = request;

    /// <summary>Gets the request that cannot be fulfilled.</summary>
    public DeviceRequest Request { get; }

    internal static string Describe(DeviceRequest request, IReadOnlyList<ComputeDevice> present) =>
        $"requests {request}, which is not present; available devices: {string.Join(", ", present.Select(d => d.Name))}.";
}

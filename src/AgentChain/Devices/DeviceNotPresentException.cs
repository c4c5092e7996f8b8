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
        : base($"Device {request} is not present; {Available(request, present)}") => Request = request;

    /// <summary>Gets the request that cannot be fulfilled.</summary>
    public DeviceRequest Request { get; }

    internal static string Describe(DeviceRequest request, IReadOnlyList<ComputeDevice> present) =>
        $"requests {request}, which is not present; {Available(request, present)}";

    /// <summary>Lists the devices, with their figures if the request is for such.</summary>
    static string Available(DeviceRequest request, IReadOnlyList<ComputeDevice> present) => OptionCheck.Text(
        $"available devices: {string.Join(", ", present.Select(device => request.HasNeeds ? Figures(device) : device.Name))}.");

    static string Figures(ComputeDevice device)
    {
        string memory = device.MemoryBytes is { } bytes ? ByteText.Of(bytes) : "memory not known";
        string rate = device.Sheet?.PeakFlops is { } flops ? $", {ByteText.Rate(flops)}" : "";
        string bandwidth = device.Sheet?.MemoryBandwidth is { } speed ? $", {ByteText.Of(speed)}/s" : "";
        return $"{device.Name} ({device.Kind}, {memory}{rate}{bandwidth})";
    }
}

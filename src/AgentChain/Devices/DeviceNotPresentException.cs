namespace AgentChain.Devices;

/// <summary>A block asked for a device that the scheduler does not have. The message lists those it has.</summary>
public sealed class DeviceNotPresentException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="present">The devices there are.</param>
    public DeviceNotPresentException(DeviceRequest request, IReadOnlyList<ComputeDevice> present)
        : base(Describe(request, present)) => Request = request;

    /// <summary>Gets what was asked for.</summary>
    public DeviceRequest Request { get; }

    internal static string Describe(DeviceRequest request, IReadOnlyList<ComputeDevice> present) =>
        $"asks for {request}, which is not present; present: {string.Join(", ", present.Select(d => d.Name))}.";
}

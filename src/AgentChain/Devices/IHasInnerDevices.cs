namespace AgentChain.Devices;

/// <summary>
/// Represents a block whose inner work leases devices with <see cref="InnerWork.AcquireAsync(DeviceRequest, CancellationToken)"/>, so that Build can find devices that are not
/// present.
/// </summary>
public interface IHasInnerDevices
{
    /// <summary>Gets the works and the devices that they request.</summary>
    IReadOnlyList<InnerDevice> InnerDevices { get; }
}

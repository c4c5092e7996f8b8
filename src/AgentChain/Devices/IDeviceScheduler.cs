namespace AgentChain.Devices;

/// <summary>
/// Maps blocks, and the phases inside them, to devices. A chain asks it for a <see cref="DeviceLease"/> right before a
/// block that wants a device runs, and gives the lease back when the block is done, cancelled or detached.
/// </summary>
/// <remarks>
/// Implementations are safe for concurrent use, never hand out a device that the request does not accept, and complete
/// a waiting request with <see cref="OperationCanceledException"/> when its token fires, leaving no lease behind.
/// </remarks>
public interface IDeviceScheduler
{
    /// <summary>Gets the devices there are; the list never changes.</summary>
    IReadOnlyList<ComputeDevice> Devices { get; }

    /// <summary>Gets how many leases are held at this moment.</summary>
    int OpenLeases { get; }

    /// <summary>Gets how many lanes serve nobody because a detached block still runs there.</summary>
    int StuckLanes { get; }

    /// <summary>Says how busy the devices are that a request accepts, for pricing work that may be in vain.</summary>
    /// <param name="device">The request.</param>
    /// <returns>0 when they are idle, 1 when all their leases are taken, more when requests wait; 0 where the scheduler does not tell.</returns>
    double LoadOf(DeviceRequest device) => 0;

    /// <summary>Takes a lease, waiting while every device that fulfils the request is full.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lease; the caller gives it back.</returns>
    /// <exception cref="DeviceNotPresentException">No device fulfils the request.</exception>
    ValueTask<DeviceLease> AcquireAsync(PlacementRequest request, CancellationToken cancellationToken);
}

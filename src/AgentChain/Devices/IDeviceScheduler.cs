namespace AgentChain.Devices;

/// <summary>
/// Maps blocks, and the phases inside them, to devices. A chain acquires a <see cref="DeviceLease"/> immediately before a block that
/// needs a device runs, and releases it when the block completes, is canceled or is detached.
/// </summary>
/// <remarks>
/// Implementations must be thread-safe and must never lease a device that the request does not accept. They must complete a waiting
/// request with <see cref="OperationCanceledException"/> when its token is canceled, without leaking a lease.
/// </remarks>
public interface IDeviceScheduler
{
    /// <summary>Gets the devices. The list never changes.</summary>
    IReadOnlyList<ComputeDevice> Devices { get; }

    /// <summary>Gets the number of leases that are currently held.</summary>
    int OpenLeases { get; }

    /// <summary>Gets the number of lanes that are unavailable because a detached block still runs there.</summary>
    int StuckLanes { get; }

    /// <summary>Returns the load of the devices that a request accepts. It is used to price speculative work.</summary>
    /// <param name="device">The request.</param>
    /// <returns>
    /// 0 if the devices are idle, 1 if all their leases are held, more if requests wait; always 0 if the scheduler does not report load.
    /// </returns>
    double LoadOf(DeviceRequest device) => 0;

    /// <summary>Acquires a lease. Waits while every device that fulfills the request is full.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">The token that cancels the wait.</param>
    /// <returns>The lease, which the caller must release.</returns>
    /// <exception cref="DeviceNotPresentException">No device fulfills the request.</exception>
    ValueTask<DeviceLease> AcquireAsync(PlacementRequest request, CancellationToken cancellationToken);
}

namespace AgentChain.Devices;

/// <summary>
/// Maps blocks, and the phases inside them, to devices. A chain acquires a <see cref="DeviceLease"/> immediately before a block that
/// needs a device runs, and releases it when the block completes, is canceled or is detached.
/// </summary>
/// <remarks>
/// Implementations must be thread-safe and must never lease a device that the request does not accept. Of the devices that it accepts, those
/// of <see cref="DeviceRequest.Among"/> come first: the others are fallbacks. They must complete a waiting
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

    /// <summary>Gets the number of native calls that hang and whose lanes have another thread by now.</summary>
    /// <value>Always 0 if the scheduler does not replace lanes.</value>
    int HungCalls => 0;

    /// <summary>Gets the account of the devices' memory.</summary>
    /// <value><see langword="null"/> if the scheduler does not keep one.</value>
    DeviceLedger? Ledger => null;

    /// <summary>Determines whether a device is there, and was not lost.</summary>
    /// <param name="device">One of <see cref="Devices"/>.</param>
    /// <returns>
    /// <see langword="true"/> if the device is there; always if the scheduler does not know of devices that disappear.
    /// </returns>
    bool IsPresent(ComputeDevice device) => true;

    /// <summary>
    /// Occurs when a device has gone or is back. Handlers run where that is found, possibly on the thread of a block, and must be quick. Never
    /// occurs if the scheduler does not know of devices that disappear.
    /// </summary>
    event EventHandler<DevicePresenceEventArgs>? PresenceChanged
    {
        add
        {
        }
        remove
        {
        }
    }

    /// <summary>
    /// Reports that a block found the device of its lease gone. It should get no more work until it is back. Does nothing if the scheduler
    /// does not handle this.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="reason">The exception of the block.</param>
    void ReportLost(ComputeDevice device, DeviceLostException reason)
    {
    }

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

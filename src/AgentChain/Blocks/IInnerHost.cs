using AgentChain.Devices;

namespace AgentChain.Blocks;

/// <summary>
/// The record that a turn keeps of the work inside its blocks, called under the lock of the work. A host without a record needs only what
/// leases devices.
/// </summary>
interface IInnerHost
{
    /// <summary>Whether the turn has ended, after which its works no longer change.</summary>
    bool IsOver { get; }

    /// <summary>The time, as a timestamp of the chain's clock; at least 1.</summary>
    long Now { get; }

    /// <summary>Acquires a lease for the work. Not called under the lock of the work.</summary>
    /// <exception cref="DeviceNotPresentException">No device fulfills the request.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; there is no lease.</exception>
    Task<DeviceLease> AcquireAsync(InnerWork work, DeviceRequest device, WorkPhase phase, CancellationToken cancellationToken);

    /// <summary>Releases a lease. Never throws.</summary>
    void Release(InnerWork work, DeviceLease lease);

    /// <summary>Tells the scheduler that the device of a lease of the work is gone. Never throws.</summary>
    void FoundLost(InnerWork work, DeviceLease lease, DeviceLostException reason);

    /// <summary>Called when the work begins to run.</summary>
    void Running(InnerWork work)
    {
    }

    /// <summary>Called when the block no longer waits for the work.</summary>
    /// <param name="work">The work.</param>
    /// <param name="from">The time at which the block began to wait.</param>
    /// <param name="until">The time at which it stopped.</param>
    void Waited(InnerWork work, long from, long until)
    {
    }

    /// <summary>Called once, when the work has ended.</summary>
    void Ended(InnerWork work)
    {
    }

    /// <summary>Called once, when the work has completed and the lease that it acquired last is back.</summary>
    void Served(InnerWork work, DeviceLease lease)
    {
    }

    /// <summary>Called once, when it is known how long early work took and whether it was used.</summary>
    void Settled(EarlyWork work)
    {
    }
}

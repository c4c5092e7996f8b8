using System.Diagnostics;

namespace AgentChain.Devices;

/// <summary>
/// Represents the right to use a device until a given time. The chain acquires and releases leases for its blocks; blocks do neither.
/// Releasing a lease more than once has no effect.
/// </summary>
[DebuggerDisplay("{Device.Name,nq} on {Lane.Name,nq} for {Holder,nq}")]
public sealed class DeviceLease : IDisposable
{
    readonly Action<DeviceLease> _release;
    int _released;

    /// <summary>Creates a lease. For implementers of <see cref="IDeviceScheduler"/>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="lane">The lane on which the holder runs its native calls.</param>
    /// <param name="holder">The name of the block that holds the lease.</param>
    /// <param name="until">
    /// The time by which the holder must finish, as a timestamp of the chain's <see cref="TimeProvider"/>; <see cref="long.MaxValue"/> if
    /// there is no deadline.
    /// </param>
    /// <param name="release">The callback that is invoked once, when the lease is released.</param>
    public DeviceLease(ComputeDevice device, DeviceLane lane, string holder, long until, Action<DeviceLease> release)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(lane);
        ArgumentNullException.ThrowIfNull(release);
        (Device, Lane, Holder, Until, _release) = (device, lane, holder, until, release);
    }

    /// <summary>Gets the device.</summary>
    public ComputeDevice Device { get; }

    /// <summary>Gets the lane on which the holder runs its native calls.</summary>
    public DeviceLane Lane { get; }

    /// <summary>Gets the name of the block that holds the lease.</summary>
    public string Holder { get; }

    /// <summary>Gets the time by which the holder must finish, as a timestamp of the chain's <see cref="TimeProvider"/>.</summary>
    /// <value><see cref="long.MaxValue"/> if there is no deadline.</value>
    public long Until { get; }

    /// <summary>Gets a value that indicates whether the lease was released.</summary>
    public bool IsReleased => Volatile.Read(ref _released) != 0;

    /// <summary>
    /// How long the lease was the first on its lane, in ticks of the scheduler's clock: so long it had the lane to itself. Set when it is
    /// released; 0 if it never was the first, or that is not known.
    /// </summary>
    internal long Served { get; set; }

    /// <summary>The callback with which idle work gives way; null for other work.</summary>
    internal Action? Yield { get; init; }

    /// <summary>Releases the lease.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            _release(this);
        }
    }

    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => $"{Device.Name} on {Lane.Name} for {Holder}{(IsReleased ? ", released" : "")}";
}

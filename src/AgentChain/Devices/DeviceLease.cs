using System.Diagnostics;

namespace AgentChain.Devices;

/// <summary>
/// The right to use a device until a given time. Blocks get one from their chain and never make or release one;
/// releasing twice is harmless.
/// </summary>
[DebuggerDisplay("{Device.Name,nq} on {Lane.Name,nq} for {Holder,nq}")]
public sealed class DeviceLease : IDisposable
{
    readonly Action<DeviceLease> _release;
    int _released;

    /// <summary>Creates a lease; for implementers of <see cref="IDeviceScheduler"/>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="lane">The lane on which the holder runs its native calls.</param>
    /// <param name="holder">Who holds it: the block's name.</param>
    /// <param name="until">When the holder must be done, as a timestamp of the chain's <see cref="TimeProvider"/>; <see cref="long.MaxValue"/> when never.</param>
    /// <param name="release">Called once, when the lease is given back.</param>
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

    /// <summary>Gets when the holder must be done, as a timestamp of the chain's <see cref="TimeProvider"/>.</summary>
    public long Until { get; }

    /// <summary>Gets whether the lease was given back.</summary>
    public bool IsReleased => Volatile.Read(ref _released) != 0;

    /// <summary>Gives the device back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            _release(this);
        }
    }

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => $"{Device.Name} on {Lane.Name} for {Holder}{(IsReleased ? ", released" : "")}";
}

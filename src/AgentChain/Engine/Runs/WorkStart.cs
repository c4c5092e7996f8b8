using AgentChain.Devices;

namespace AgentChain.Engine.Runs;

/// <summary>Since when a run works, and on which device.</summary>
/// <remarks>
/// The deadline thread reads it without synchronization, while the run's thread writes it. A stale value only shows it the run as it was an
/// instant ago: a limit that falls due is watched again, or an overrun is reported that ended in that instant.
/// </remarks>
/// <param name="startedAt">The time at which the run started; until it waits for a device, it works since then.</param>
struct WorkStart(long startedAt)
{
    /// <summary>The device that the run uses; null if it needs none, or waits for it.</summary>
    public DeviceLease? Lease { get; private set; }

    /// <summary>The time at which the run began to work; <see cref="long.MaxValue"/> while it waits for a device.</summary>
    public long At { get; private set; } = startedAt;

    /// <summary>Marks the run as waiting for a device. Until it has one, its time does not count as the block's.</summary>
    public void AwaitDevice() => At = long.MaxValue;

    /// <summary>Assigns the device that the run waited for.</summary>
    public void Place(DeviceLease lease, long now) => (Lease, At) = (lease, now);
}

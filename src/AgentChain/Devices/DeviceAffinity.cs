namespace AgentChain.Devices;

/// <summary>
/// Represents where the state of a piece of work lies, such as the key/value cache of its conversation, and what it costs to have it on
/// another device.
/// </summary>
/// <remarks>
/// On another device, the state is either moved, which takes its <see cref="Bytes"/> over the link of the device, or built again, which takes
/// <see cref="Rebuild"/>; whichever is expected to be faster counts.
/// </remarks>
public readonly record struct DeviceAffinity
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="device">The name of the device that has the state.</param>
    public DeviceAffinity(string device) => Device = OptionCheck.Name(device, nameof(device));

    /// <summary>Gets the name of the device that has the state; <see langword="null"/> for none.</summary>
    public string? Device { get; }

    /// <summary>Gets the size of the state in bytes.</summary>
    /// <value>0 by default: it cannot be moved.</value>
    public long Bytes { get; init; }

    /// <summary>Gets the time that it takes to build the state again, such as that of a prefill.</summary>
    /// <value><see langword="null"/> by default: not known.</value>
    public TimeSpan? Rebuild { get; init; }

    /// <summary>Determines whether a device has the state.</summary>
    /// <param name="device">The device.</param>
    /// <returns><see langword="true"/> if the device has the state; otherwise, <see langword="false"/>.</returns>
    public bool IsOn(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.IsNamed(Device);
    }

    /// <summary>Returns the time that it takes until a device has the state.</summary>
    /// <param name="to">The device.</param>
    /// <param name="from">The device that has the state now, if it is known, because the slower of the two links counts.</param>
    /// <returns>The time; zero if the device has the state or there is none; <see langword="null"/> if it is not known.</returns>
    public TimeSpan? TimeTo(ComputeDevice to, ComputeDevice? from = null)
    {
        if (Device is null || IsOn(to))
        {
            return TimeSpan.Zero;
        }

        TimeSpan? move = Move(to.Sheet, from?.Sheet);
        return move is null || Rebuild < move ? Rebuild : move;
    }

    TimeSpan? Move(DeviceSheet? to, DeviceSheet? from)
    {
        if (Bytes <= 0 || (to?.LinkBandwidth ?? from?.LinkBandwidth) is not { } link)
        {
            return null;
        }

        double seconds = Bytes / Math.Min(link, from?.LinkBandwidth ?? link);
        TimeSpan latency = (to?.LinkLatency ?? TimeSpan.Zero) + (from?.LinkLatency ?? TimeSpan.Zero);
        return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 4)) + latency;
    }
}

using AgentChain.Devices;

namespace AgentChain.Placement;

/// <summary>The time that data takes from one device to another.</summary>
static class DeviceLink
{
    /// <summary>The bandwidth of a link that no data sheet tells: that of a PCI Express 4 slot, in bytes per second.</summary>
    const double Usual = 25e9;

    /// <summary>Returns the time over the slower of the two links, in seconds.</summary>
    public static double Seconds(double bytes, ComputeDevice from, ComputeDevice to)
    {
        double bandwidth = Math.Min(from.Sheet?.LinkBandwidth ?? double.PositiveInfinity, to.Sheet?.LinkBandwidth ?? double.PositiveInfinity);
        double latency = (from.Sheet?.LinkLatency ?? TimeSpan.Zero).TotalSeconds + (to.Sheet?.LinkLatency ?? TimeSpan.Zero).TotalSeconds;
        return bytes == 0 ? 0 : latency + (bytes / (double.IsInfinity(bandwidth) ? Usual : bandwidth));
    }
}

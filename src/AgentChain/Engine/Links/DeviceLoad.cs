using AgentChain.Devices;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>The wait for a device, as a prediction sees it.</summary>
static class DeviceLoad
{
    /// <summary>The mean time until one of several busy devices or workers is free, as a share of a run's time for each of them.</summary>
    public const double UntilOneIsFree = 0.75;

    /// <summary>
    /// Returns the wait of a new request, as a multiple of a run's time; 0 if there is room. The scheduler can be the host's: what it throws,
    /// and a load that is not a number of 0 or more, counts as room.
    /// </summary>
    /// <param name="runtime">The chain.</param>
    /// <param name="device">The device that is requested.</param>
    /// <param name="coming">The number of other requests that are on their way.</param>
    public static double Before(ChainRuntime runtime, DeviceRequest device, double coming)
    {
        try
        {
            int room = 0;
            foreach (ComputeDevice other in device.Among(runtime.Devices.Devices))
            {
                room += other.MaxLeases;
            }

            double load = runtime.Devices.LoadOf(device) + (coming / Math.Max(1, room));
            return load is >= 1 and < double.PositiveInfinity ? load - 1 + (UntilOneIsFree / Math.Max(1, room)) : 0;
        }
        catch (Exception)
        {
            return 0;
        }
    }
}

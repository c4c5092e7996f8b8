using AgentChain.Devices;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>The wait for a device, as a prediction sees it.</summary>
static class DeviceLoad
{
    /// <summary>
    /// Returns the number of runs that a new request waits for; 0 if there is room. The scheduler can be the host's: what it throws, and
    /// what is not a number of 0 or more, counts as room.
    /// </summary>
    public static double Above(ChainRuntime runtime, DeviceRequest device)
    {
        try
        {
            // At a load of 1 all leases are held, and on average half of each run is left.
            double load = runtime.Devices.LoadOf(device);
            return load is >= 1 and < double.PositiveInfinity ? load - 0.5 : 0;
        }
        catch (Exception)
        {
            return 0;
        }
    }
}

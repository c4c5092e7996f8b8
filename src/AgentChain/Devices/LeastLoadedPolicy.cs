namespace AgentChain.Devices;

/// <summary>
/// Picks the device with the fewest leases per usable lane. Ties are broken by fewer pending jobs, then by the order of the devices.
/// A stuck lane is not usable.
/// </summary>
public sealed class LeastLoadedPolicy : IDevicePlacementPolicy
{
    /// <inheritdoc/>
    public string Name => DevicePlacementPolicies.LeastLoaded;

    /// <inheritdoc/>
    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
    {
        int best = 0;
        for (int i = 1; i < candidates.Length; i++)
        {
            int byLoad = Load(candidates[i]).CompareTo(Load(candidates[best]));
            if (byLoad < 0 || (byLoad == 0 && candidates[i].PendingJobs < candidates[best].PendingJobs))
            {
                best = i;
            }
        }

        return best;
    }

    static double Load(in DeviceState state)
    {
        int usable = state.Device.Lanes - state.StuckLanes;
        return usable <= 0 ? double.MaxValue : (double)state.ActiveLeases / usable;
    }
}

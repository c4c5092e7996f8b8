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
    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates) => Least(candidates);

    /// <summary>Returns the index of the least loaded candidate.</summary>
    internal static int Least(ReadOnlySpan<DeviceState> candidates)
    {
        int best = 0;
        for (int i = 1; i < candidates.Length; i++)
        {
            if (IsBetter(candidates[i], candidates[best]))
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>Whether a candidate is less loaded than another one.</summary>
    internal static bool IsBetter(in DeviceState one, in DeviceState other)
    {
        int byLoad = Load(one).CompareTo(Load(other));
        return byLoad < 0 || (byLoad == 0 && one.PendingJobs < other.PendingJobs);
    }

    static double Load(in DeviceState state)
    {
        int usable = state.Device.Lanes - state.StuckLanes;
        return usable <= 0 ? double.MaxValue : (double)state.ActiveLeases / usable;
    }
}

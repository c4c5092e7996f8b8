namespace AgentChain.Devices;

/// <summary>The built-in policies and their names.</summary>
public static class DevicePlacementPolicies
{
    /// <summary>The name of <see cref="PinnedPolicy"/>.</summary>
    public const string Pinned = "pinned";

    /// <summary>The name of <see cref="LeastLoadedPolicy"/>.</summary>
    public const string LeastLoaded = "least-loaded";

    /// <summary>Gives the built-in policy with a name, as configuration spells it.</summary>
    /// <param name="name">The name; case does not matter.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentException">No built-in policy has that name; the message lists them.</exception>
    public static IDevicePlacementPolicy FromName(string name) => name?.ToLowerInvariant() switch
    {
        Pinned => new PinnedPolicy(),
        LeastLoaded => new LeastLoadedPolicy(),
        _ => throw new ArgumentException($"No device placement policy is named '{name}'; there are: {Pinned}, {LeastLoaded}.", nameof(name)),
    };
}

/// <summary>Always the first device that fulfils the request, so that a block stays where it is.</summary>
public sealed class PinnedPolicy : IDevicePlacementPolicy
{
    /// <inheritdoc/>
    public string Name => DevicePlacementPolicies.Pinned;

    /// <inheritdoc/>
    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates) => 0;
}

/// <summary>
/// The device with the fewest leases per usable lane; the fewer pending jobs break a tie, then the order in which the
/// devices were given. A lane that is stuck does not count as usable.
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

namespace AgentChain.Devices;

/// <summary>
/// Picks the device that was picked least recently, so that devices that have room take turns in their order, regardless of their load.
/// A device whose lanes are all stuck is only picked if this is true of every candidate.
/// </summary>
/// <remarks>
/// The policy remembers its picks, so it belongs to one <see cref="DeviceScheduler"/>: create an instance for each. It relies on the
/// scheduler's lock and is not thread-safe otherwise.
/// </remarks>
public sealed class RoundRobinPolicy : IDevicePlacementPolicy
{
    // The number of the last pick of each device. The position of the last pick would not suffice: candidates without room are left out,
    // and the next device after a full one could not be found.
    readonly Dictionary<string, long> _lastPicks = new(StringComparer.OrdinalIgnoreCase);
    long _picks;

    /// <inheritdoc/>
    public string Name => DevicePlacementPolicies.RoundRobin;

    /// <inheritdoc/>
    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
    {
        int best = 0;
        for (int i = 1; i < candidates.Length; i++)
        {
            int byUse = IsStuck(candidates[i]).CompareTo(IsStuck(candidates[best]));
            if (byUse < 0 || (byUse == 0 && LastPick(candidates[i]) < LastPick(candidates[best])))
            {
                best = i;
            }
        }

        _lastPicks[candidates[best].Device.Name] = ++_picks;
        return best;
    }

    static bool IsStuck(in DeviceState state) => state.StuckLanes >= state.Device.Lanes;

    long LastPick(in DeviceState state) => _lastPicks.GetValueOrDefault(state.Device.Name);
}

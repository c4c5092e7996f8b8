namespace AgentChain.Devices;

/// <summary>
/// Compares two devices that are chosen at random, and picks the less loaded one, as <see cref="LeastLoadedPolicy"/> does: for schedulers in
/// several processes that share devices, whose picks would otherwise all go to the same one.
/// </summary>
/// <remarks>
/// The policy remembers the state of its random numbers, so it belongs to one <see cref="DeviceScheduler"/>. It relies on the scheduler's
/// lock and is not thread-safe otherwise. Source: the power of two choices (Mitzenmacher, 2001).
/// </remarks>
/// <param name="seed">The seed of the random numbers, for repeatable picks; <see langword="null"/> for picks that differ each time.</param>
public sealed class PowerOfTwoPolicy(int? seed = null) : IDevicePlacementPolicy
{
    readonly Random _random = seed is { } given ? new Random(given) : new Random();

    /// <inheritdoc/>
    public string Name => DevicePlacementPolicies.PowerOfTwo;

    /// <inheritdoc/>
    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
    {
        if (candidates.Length < 2)
        {
            return 0;
        }

        int one = _random.Next(candidates.Length);
        int other = _random.Next(candidates.Length - 1);
        other += other >= one ? 1 : 0;
        return LeastLoadedPolicy.IsBetter(candidates[one], candidates[other]) ? one : other;
    }
}

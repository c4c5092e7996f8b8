using AgentChain.Costs;
using AgentChain.Devices;

namespace AgentChain.Forecasts;

/// <summary>
/// Places a block on the device on which it is expected to end first, from the learned costs of the chain: for devices of unlike speed.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A device on which the block has not run yet counts as the fastest, so each device is tried. A device that already has as many leases as
/// lanes counts as that much slower. Source: the earliest finish time of HEFT (Topcuoglu, Hariri and Wu, 2002), on learned times.
/// </remarks>
/// <param name="costs">The costs of the chain, as in <see cref="ChainOptions.Costs"/>.</param>
/// <exception cref="ArgumentNullException"><paramref name="costs"/> is <see langword="null"/>.</exception>
public sealed class EarliestFinishPolicy(CostBook costs) : IDevicePlacementPolicy
{
    readonly CostBook _costs = costs ?? throw new ArgumentNullException(nameof(costs));

    /// <inheritdoc/>
    public string Name => "earliest-finish";

    /// <inheritdoc/>
    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
    {
        int best = 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i < candidates.Length; i++)
        {
            double end = EndOn(request.Block, candidates[i]);
            if (end < least)
            {
                (best, least) = (i, end);
            }
        }

        return best;
    }

    double EndOn(string block, in DeviceState state)
    {
        int lanes = state.Device.Lanes - state.StuckLanes;
        if (lanes <= 0)
        {
            return double.MaxValue;
        }

        double seconds = _costs.Find(block, state.Device.Name) is { CanPredict: true } cost ? cost.Typical().Mean : 0;
        return seconds * Math.Max(1, (double)(state.ActiveLeases + 1) / lanes);
    }
}

using System.Collections.Concurrent;
using AgentChain.Costs;
using AgentChain.Devices;

namespace AgentChain.Forecasts;

/// <summary>
/// Places a block on the device on which it is expected to end first, from the learned costs of the chain: for devices of unlike speed.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A device on which no run of the block has completed yet counts as the fastest four times, so each device is tried, and then as the slowest,
/// so one on which every run fails does not attract them all. A device that already has as many leases as
/// lanes counts as that much slower. Source: the earliest finish time of HEFT (Topcuoglu, Hariri and Wu, 2002), on learned times.
/// </remarks>
/// <param name="costs">The costs of the chain, as in <see cref="ChainOptions.Costs"/>.</param>
/// <exception cref="ArgumentNullException"><paramref name="costs"/> is <see langword="null"/>.</exception>
public sealed class EarliestFinishPolicy(CostBook costs) : IDevicePlacementPolicy
{
    /// <summary>The number of times that a device is tried on which no run has completed.</summary>
    const int Tries = 4;

    readonly ConcurrentDictionary<(string Block, string Device), int> _tried = new();
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

        if (candidates.Length > 0 && CostOn(request.Block, candidates[best]) is null)
        {
            _tried.AddOrUpdate((request.Block, candidates[best].Device.Name), 1, static (_, tried) => Math.Min(Tries, tried + 1));
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

        if (CostOn(block, state) is not { } cost)
        {
            return _tried.GetValueOrDefault((block, state.Device.Name)) < Tries ? 0 : double.MaxValue / 2;
        }

        return cost.Typical().Mean * Math.Max(1, (double)(state.ActiveLeases + 1) / lanes);
    }

    LearnedCost? CostOn(string block, in DeviceState state) =>
        _costs.Find(block, state.Device.Name) is { CanPredict: true } cost ? cost : null;
}
